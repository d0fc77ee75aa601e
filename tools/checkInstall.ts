/**
 * Uses each package by itself, as its README shows: its tarball and those of its own Ferrule packages are installed
 * with `effect` in an empty folder by npm; the README's first program is type-checked there, run, and its output
 * compared. The library's own declarations are checked, too.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run, runOrThrow } from "./command.ts"
import { examplesOfMarkdown } from "./examples/collect.ts"
import { type Packed, packAll } from "./pack.ts"
import { root } from "./workspace.ts"

/** What the README says to install. */
const named = (packed: Packed, all: ReadonlyArray<Packed>): ReadonlyArray<Packed> => {
  const line = /^npm install (.*)$/m.exec(readFileSync(join(root, packed.folder, "README.md"), "utf8"))?.[1] ?? ""
  return all.filter((member) => line.split(" ").includes(member.name))
}

/** The package, what else its README says to install, and every Ferrule package that these stand on. */
const closure = (packed: Packed, all: ReadonlyArray<Packed>): ReadonlyArray<Packed> => {
  const found = new Set([packed, ...named(packed, all)])
  for (const member of found) {
    for (const dependency of all) {
      if (dependency.name in (member.manifest.dependencies ?? {})) found.add(dependency)
    }
  }
  return [...found]
}

const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: "nodenext",
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    types: [],
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true
  },
  include: ["example.ts"]
}

const prepare = (folder: string, installed: ReadonlyArray<Packed>, code: string) => {
  const tarballs = Object.fromEntries(installed.map((member) => [member.name, `file:${member.tarball}`]))
  const manifest = { private: true, type: "module", dependencies: { ...tarballs, effect: "^4.1.0" } }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2))
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig, undefined, 2))
  writeFileSync(join(folder, "example.ts"), code)
}

const check = async (packed: Packed, all: ReadonlyArray<Packed>, into: string): Promise<ReadonlyArray<string>> => {
  const [example] = examplesOfMarkdown(`${packed.folder}/README.md`)
  if (example === undefined) return ["its README has no ts example"]
  if (example.output === undefined) return ["its README's first example does not show what it prints"]
  const folder = join(into, packed.folder)
  const installed = closure(packed, all)
  prepare(folder, installed, example.code)
  await runOrThrow("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder, seconds: 180 })
  const scoped = readdirSync(join(folder, "node_modules", "@ferrule")).map((name) => `@ferrule/${name}`)
  const wanted = installed.map((member) => member.name).filter((name) => name.startsWith("@"))
  const types = await run("tsc", ["-p", "."], { cwd: folder })
  const ended = await run("node", ["example.ts"], { cwd: folder, seconds: 60 })
  const commands = Object.keys(packed.manifest.bin ?? {}).map(async (name) => {
    const { status, stderr } = await run(`node_modules/.bin/${name}`, ["--version"], { cwd: folder, seconds: 60 })
    return status === 0 ? [] : [`${name} --version ended with status ${status}:\n${stderr}`]
  })
  return [
    ...(await Promise.all(commands)).flat(),
    ...(scoped.toSorted().join() === wanted.toSorted().join() ? [] : [`installed ${scoped.join()}`]),
    ...(types.status === 0 ? [] : [`does not type-check:\n${types.stdout}${types.stderr}`]),
    ...(ended.status === 0 ? [] : [`ended with status ${ended.status}:\n${ended.stderr}`]),
    ...(ended.stdout.trimEnd() === example.output ? [] : [`promises\n${example.output}\nbut prints\n${ended.stdout}`])
  ]
}

const temporary = mkdtempSync(join(tmpdir(), "ferrule-install-"))
try {
  const packages = await packAll(join(temporary, "tarballs"))
  let problems = 0
  for (const packed of packages) {
    const found = await check(packed, packages, join(temporary, "users")).catch((error: Error) => [error.message])
    problems += found.length
    console.log(
      `${packed.name}: ${found.length === 0 ? "installed alone, type-checked, run, output as shown" : "failed"}`
    )
    for (const problem of found) console.error(`${packed.name}: ${problem}`)
  }
  console.log(`install: ${packages.length} packages, ${problems} problems`)
  process.exitCode = problems === 0 && packages.length > 0 ? 0 : 1
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
