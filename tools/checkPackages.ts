/** Looks at every package as npm would get it: publint, Are The Types Wrong, and what must and must not be inside. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run, runOrThrow } from "./command.ts"
import { type Packed, packAll } from "./pack.ts"
import type { Manifest } from "./workspace.ts"

const needed = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "src/index.ts"]
const unwanted = /(^|\/)(test|node_modules)\/|\.tsbuildinfo$/

const requiredPeers = ({ peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): ReadonlyArray<string> =>
  Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true)

/** What is in the tarball that should not be, and the other way round. */
const checkContents = async (packed: Packed): Promise<ReadonlyArray<string>> => {
  const shipped = await runOrThrow("tar", ["-xzOf", packed.tarball, "package/package.json"])
  const manifest = JSON.parse(shipped.stdout) as Manifest
  return [
    ...needed.filter((file) => !packed.files.includes(file)).map((file) => `has no ${file}`),
    ...packed.files.filter((file) => unwanted.test(file)).map((file) => `ships ${file}`),
    ...(/"(workspace|catalog):/.test(shipped.stdout) ? ["package.json names the workspace or the catalog"] : []),
    ...(requiredPeers(manifest).join() === "effect" ? [] : ["effect is not the only peer that it requires"])
  ]
}

const check = async (packed: Packed): Promise<ReadonlyArray<string>> => {
  const publint = await run("publint", ["--strict", packed.tarball])
  const types = await run("attw", ["--profile", "esm-only", packed.tarball])
  return [
    ...(await checkContents(packed)),
    ...(publint.status === 0 ? [] : [`publint:\n${publint.stdout}${publint.stderr}`]),
    ...(types.status === 0 ? [] : [`attw:\n${types.stdout}${types.stderr}`])
  ].map((problem) => `${packed.name} ${problem}`)
}

const folder = mkdtempSync(join(tmpdir(), "ferrule-packages-"))
try {
  const packages = await packAll(folder)
  const problems: Array<string> = []
  for (const packed of packages) {
    problems.push(...(await check(packed)))
    console.log(`${packed.name}@${packed.manifest.version}: ${packed.files.length} files`)
  }
  for (const problem of problems) console.error(problem)
  console.log(`packages: ${packages.length} packed and checked, ${problems.length} problems`)
  process.exitCode = problems.length === 0 && packages.length > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
