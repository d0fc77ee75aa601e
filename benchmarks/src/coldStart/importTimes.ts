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

export interface ImportTime {
  /** Milliseconds by the clock. */
  readonly took: number
  /** Nanoseconds that the process worked for it. */
  readonly worked: number
}

const script = `const began = performance.now()
const before = process.cpuUsage()
await import("./all.mjs")
const took = performance.now() - began
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ took, worked: (user + system) * 1000 }))
`

/** What it takes a new process to import these modules, all at once. */
export const importTime = (staged: Staged, modules: ReadonlyArray<string>): ImportTime => {
  const file = join(staged.folder, "import.mjs")
  writeFileSync(join(staged.folder, "all.mjs"), modules.map((path) => `import ${JSON.stringify(path)}\n`).join(""))
  writeFileSync(file, script)
  const ended = spawnSync(process.execPath, [file], { encoding: "utf8" })
  if (ended.status !== 0) throw new Error(`cannot import ${modules.join(", ")}\n${ended.stderr}`)
  // Sound: it is what the script prints.
  const time = JSON.parse(ended.stdout) as ImportTime
  if (!(time.took > 0)) throw new Error(`no time was measured for ${modules.join(", ")}`)
  return time
}
