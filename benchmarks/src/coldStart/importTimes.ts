/** How long a process takes to import a package, beside importing what it needs of Effect by itself. */
import { spawnSync } from "node:child_process"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Staged } from "./stagePackages.ts"

// At the beginning of a line: the examples in comments import, too.
const specifiers = /^(?:import|export|\}).*"((?:effect|@ferrule|ferrule)[^"]*)";?$/gm

/** What the built files of a package import from other packages. */
const importsOf = (staged: Staged, name: string): ReadonlyArray<string> => [
  ...new Set(
    globSync(`node_modules/${name}/dist/**/*.js`, { cwd: staged.folder }).flatMap((file) =>
      Array.from(readFileSync(join(staged.folder, file), "utf8").matchAll(specifiers), ([, path]) => path ?? "")
    )
  )
]

/** The modules of Effect that a package needs, itself and through the packages it stands on. */
export const effectModulesOf = (staged: Staged, name: string): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const visit = (package_: string): ReadonlyArray<string> => {
    if (seen.has(package_)) return []
    seen.add(package_)
    return importsOf(staged, package_).flatMap((path) => (path.startsWith("effect") ? [path] : visit(path)))
  }
  return [...new Set(visit(name))].toSorted()
}

/** Milliseconds that a new process takes to import these modules, all at once. */
export const importTime = (staged: Staged, modules: ReadonlyArray<string>): number => {
  const all = join(staged.folder, "all.mjs")
  const script = join(staged.folder, "import.mjs")
  writeFileSync(all, modules.map((path) => `import ${JSON.stringify(path)}\n`).join(""))
  writeFileSync(
    script,
    `const began = performance.now()\nawait import("./all.mjs")\nconsole.log(performance.now() - began)\n`
  )
  const ended = spawnSync(process.execPath, [script], { encoding: "utf8" })
  const took = Number(ended.stdout)
  if (ended.status !== 0 || !(took > 0)) throw new Error(`cannot import ${modules.join(", ")}\n${ended.stderr}`)
  return took
}
