/** The rules of the house about who may stand on whom. Each answers what breaks it, one line each. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { type Project, projectAt, projects, publicPackages, root, sourceFiles } from "../workspace.ts"
import { type Import, importsOf } from "./modules.ts"

/** The packages each package may stand on. A package that is not here has not been given its place yet. */
export const floors: Readonly<Record<string, ReadonlyArray<string>>> = {
  "@ferrule/runtime": [],
  "@ferrule/cancel-scope": ["@ferrule/runtime"],
  "@ferrule/channel": ["@ferrule/runtime"],
  "@ferrule/sync": ["@ferrule/runtime"],
  "@ferrule/limit": ["@ferrule/runtime", "@ferrule/sync"],
  "@ferrule/timeout": ["@ferrule/runtime", "@ferrule/cancel-scope"],
  "@ferrule/task-group": ["@ferrule/runtime", "@ferrule/cancel-scope"],
  "@ferrule/testing": ["@ferrule/runtime", "@ferrule/cancel-scope"],
  "@ferrule/inspect": ["@ferrule/runtime"],
  ferrule: [
    "@ferrule/runtime",
    "@ferrule/cancel-scope",
    "@ferrule/channel",
    "@ferrule/timeout",
    "@ferrule/task-group",
    "@ferrule/sync",
    "@ferrule/limit"
  ]
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

const isOurs = (specifier: string): boolean => specifier === "ferrule" || /^(@ferrule|ferrule)\//.test(specifier)

interface Found extends Import {
  readonly project: Project
  readonly file: string
}

const allImports = (base: string, of: ReadonlyArray<Project>): ReadonlyArray<Found> =>
  of.flatMap((project) =>
    sourceFiles(project, base).flatMap((file) =>
      importsOf(base, file).map((found) => Object.assign({}, found, { project, file }))
    )
  )

const say = (found: Found, what: string): string => `${found.file}:${found.line} imports "${found.specifier}": ${what}`

const isLibrarySource = (found: Found): boolean => found.file.startsWith(`${found.project.folder}/src/`)

/** Sources of packages import only packages on the floors below them. Tests and private projects may use all. */
export const arrowsThatRunTheWrongWay = (base: string): ReadonlyArray<string> => [
  ...publicPackages(base)
    .filter((project) => floors[project.name] === undefined)
    .map((project) => `${project.name} has no place among the floors`),
  ...publicPackages(base).flatMap((project) =>
    Object.keys(project.manifest.dependencies ?? {})
      .filter((name) => isOurs(name) && floors[project.name]?.includes(name) !== true)
      .map((name) => `${project.folder}/package.json depends on ${name}: the arrow runs the wrong way`)
  ),
  ...allImports(base, publicPackages(base))
    .filter((found) => isLibrarySource(found) && isOurs(found.specifier))
    .filter((found) => floors[found.project.name]?.includes(packageOf(found.specifier)) !== true)
    .map((found) => say(found, "the arrow runs the wrong way"))
]

/**
 * The doors of packages besides their index, each with its reason. `@ferrule/testing/vitest` imports vitest, which who
 * tests with something else has not installed.
 */
const furtherEntries: ReadonlySet<string> = new Set(["@ferrule/testing/vitest"])

const isEntry = (specifier: string): boolean => specifier === packageOf(specifier) || furtherEntries.has(specifier)

/** Another package is reached by its bare name only, and a relative path stays inside its own project. */
export const importsOfInternals = (base: string): ReadonlyArray<string> =>
  allImports(base, projects(base)).flatMap((found) => {
    if (isOurs(found.specifier) && !isEntry(found.specifier)) {
      return [say(found, "only the bare name of a package is its contract")]
    }
    if (!found.specifier.startsWith(".")) return []
    const inside = relative(join(base, found.project.folder), join(base, dirname(found.file), found.specifier))
    if (inside.startsWith("..")) return [say(found, "the path leaves its package")]
    return existsSync(join(base, found.project.folder, inside)) ? [] : [say(found, "there is no such file")]
  })

/** What a project imports stands in its package.json; what its sources import is no devDependency. */
export const undeclaredImports = (base: string): ReadonlyArray<string> => {
  // Tests may use what the root declares for everybody: vitest and the like.
  const shared = Object.keys(projectAt(".", base).manifest.devDependencies ?? {})
  return allImports(base, projects(base))
    .filter((found) => !/^(\.|node:)/.test(found.specifier))
    .filter((found) => {
      const { dependencies, devDependencies, peerDependencies } = found.project.manifest
      const forAll = { ...dependencies, ...peerDependencies }
      const name = packageOf(found.specifier)
      if (found.project.manifest.private !== true && isLibrarySource(found)) return !(name in forAll)
      return !(
        name in forAll ||
        name in (devDependencies ?? {}) ||
        name === found.project.name ||
        shared.includes(name)
      )
    })
    .map((found) => say(found, "it is not declared in package.json"))
}

const importsVitest = (found: Found): boolean => packageOf(found.specifier) === "vitest"

/** Who imports `@ferrule/testing` without vitest must not be asked for it: only what `src/vitest.ts` is made of has it. */
export const importsOfVitest = (base: string): ReadonlyArray<string> =>
  allImports(base, publicPackages(base))
    .filter((found) => isLibrarySource(found) && importsVitest(found))
    .filter((found) => !found.file.startsWith("packages/testing/src/vitest/"))
    .map((found) => say(found, "only the helper for vitest may"))

/** The modules of Effect's barrel that do not carry the tag `@stability unstable`. */
const stableModules = new Set(
  [
    ...readFileSync(join(root, "node_modules", "effect", "src", "index.ts"), "utf8").matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export \* as (\w+) from/g
    )
  ].flatMap(([, docs, name]) => (docs?.includes("@stability unstable") === true ? [] : [`effect/${name}`]))
)

/** Packages stand on Effect's stable modules, each by its own path: the barrel would be three times as large. */
export const unstableImports = (base: string): ReadonlyArray<string> =>
  allImports(base, publicPackages(base))
    .filter(
      (found) =>
        isLibrarySource(found) && packageOf(found.specifier) === "effect" && !stableModules.has(found.specifier)
    )
    .map((found) => say(found, "packages import Effect's stable modules, each by its own path"))
