/** What is in this repository: its packages and where they lie. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"

export const root = resolve(import.meta.dirname, "..")

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Project {
  readonly name: string
  /** Relative to the root of the repository. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Reads `package.json` of a folder of the repository at `base`. */
export const projectAt = (folder: string, base = root): Project => {
  const manifest = JSON.parse(readFileSync(join(base, folder, "package.json"), "utf8")) as Manifest
  return { name: manifest.name, folder, manifest }
}

/** Every workspace project but the root, sorted by folder. */
export const projects = (base = root): ReadonlyArray<Project> =>
  globSync(
    [
      "packages/*/package.json",
      "apps/*/package.json",
      "{docs,conformance,scale,exploration,mutation,tools,benchmarks}/package.json"
    ],
    {
      cwd: base
    }
  )
    .map((file) => projectAt(dirname(file), base))
    .toSorted((a, b) => a.folder.localeCompare(b.folder))

/** The packages users install. */
export const publicPackages = (base = root): ReadonlyArray<Project> =>
  projects(base).filter((project) => project.manifest.private !== true)

/** TypeScript files of a project, relative to the root: sources and tests, nothing generated. */
export const sourceFiles = (project: Project, base = root): ReadonlyArray<string> =>
  globSync(`${project.folder}/**/*.ts`, {
    cwd: base,
    exclude: (path) => /(^|\/)(node_modules|dist|site|examples-gen)$/.test(path)
  })
    .filter((file) => !file.endsWith(".d.ts") && existsSync(join(base, file)))
    .toSorted()
