/** Lays the packages out as npm would install them: each with its built `dist`, none with its sources. */
import { spawnSync } from "node:child_process"
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const root = join(import.meta.dirname, "..", "..", "..")

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly publishConfig?: { readonly exports?: unknown }
}

export interface Staged {
  /** A folder from which the packages, and Effect, can be imported. */
  readonly folder: string
  readonly packages: ReadonlyArray<string>
  readonly remove: () => void
}

/** What the build script of a package runs. */
const build = (folder: string): void => {
  const script = join(root, "tools", "buildPackage.ts")
  const ended = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" })
  if (ended.status !== 0) throw new Error(`${folder} cannot be built\n${ended.stdout}${ended.stderr}`)
}

/** Builds what users install, and stages it in a new folder. */
export const stagePackages = (): Staged => {
  const folder = mkdtempSync(join(tmpdir(), "ferrule-staged-"))
  const packages: Array<string> = []
  for (const file of globSync("packages/*/package.json", { cwd: root }).toSorted()) {
    const from = dirname(join(root, file))
    // Sound: every package.json has a name.
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest
    if (manifest.private === true) continue
    build(from)
    const to = join(folder, "node_modules", manifest.name)
    mkdirSync(to, { recursive: true })
    cpSync(join(from, "dist"), join(to, "dist"), { recursive: true })
    const installed = { ...manifest, exports: manifest.publishConfig?.exports }
    writeFileSync(join(to, "package.json"), JSON.stringify(installed))
    packages.push(manifest.name)
  }
  const effect = realpathSync(join(root, "node_modules", "effect"))
  symlinkSync(effect, join(folder, "node_modules", "effect"))
  return { folder, packages, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
