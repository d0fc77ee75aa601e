/** Which tests and which scenarios reach which site: only these can notice its mutant. */
import { createHash } from "node:crypto"
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { Copy } from "./Copy.ts"
import { instrumented } from "./instrument.ts"
import { runProgram } from "./runProgram.ts"
import type { Site } from "./Site.ts"
import { mutated, readModule, sourcesIn } from "./sites.ts"

export interface Reaching {
  /** A test file, or the id of a scenario. */
  readonly name: string
  readonly millis: number
  /** It has tests on the real clock: on a busy machine they may fail for other reasons. */
  readonly live: boolean
  /** The ids of sites. */
  readonly sites: ReadonlySet<string>
}

export interface Coverage {
  readonly files: ReadonlyArray<Reaching>
  readonly scenarios: ReadonlyArray<Reaching>
}

/** What is kept of one test file: `of` is the hash of its source. */
interface Kept {
  readonly of: string
  readonly millis: number
  readonly sites: ReadonlyArray<string>
}

/** What a test file, or a process that it has started, has written. */
interface Told {
  readonly file: string
  readonly millis: number
  readonly reached: ReadonlyArray<number>
}

interface Cache {
  readonly files: Readonly<Record<string, Kept>>
  readonly scenarios: { readonly of: string; readonly reached: Readonly<Record<string, Kept>> }
}

/** Packages whose tests can notice something: these, and those that stand on them. */
const watching = [...mutated, "ferrule", "testing"]

/** The test files of the suite. */
const testFiles = (root: string): ReadonlyArray<string> =>
  watching.flatMap((name) => globSync(`packages/${name}/test/**/*.test.ts`, { cwd: root }).toSorted())

const hashOf = (root: string, files: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const file of files) hash.update(`${file}\n${readFileSync(join(root, file), "utf8")}\n`)
  return hash.digest("hex").slice(0, 16)
}

const instrumentAll = (copy: Copy, root: string, sites: ReadonlyArray<Site>): void => {
  const numbered = sites.map((site, number) => [site, number] as const)
  for (const file of sourcesIn(root)) {
    const inFile = numbered.filter(([site]) => site.file === file)
    if (inFile.length > 0) copy.write(file, instrumented(readModule(root, file), inFile))
  }
}

const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config=mutation/src/inCopy/vitest.config.ts"]
const together = ["--no-isolate", "--pool=threads", "--maxWorkers=1"]

const byTests = async (
  copy: Copy,
  sites: ReadonlyArray<Site>,
  files: ReadonlyArray<string>
): Promise<Readonly<Record<string, Kept>>> => {
  if (files.length === 0) return {}
  const folder = mkdtempSync(join(tmpdir(), "ferrule-mutation-reached-"))
  const ended = await runProgram(
    copy.folder,
    [...vitest, ...together, ...files],
    { seconds: 1800 },
    {
      MUTATION_FILES: files.join(" "),
      NODE_OPTIONS: `--import=${pathToFileURL(copy.path("mutation/src/inCopy/reachInChild.ts")).href}`,
      MUTATION_SETUP: copy.path("mutation/src/inCopy/reach.ts"),
      MUTATION_REACHED: folder
    }
  )
  // What they have reached is written down all the same. Most often it is a test on the real clock of a busy machine.
  if (ended.status !== 0) console.error(`tests fail with nothing mutated:\n${ended.output.slice(-4000)}`)
  const told: Record<string, Kept> = {}
  for (const report of globSync("*.json", { cwd: folder })) {
    const { millis, reached, file: path } = JSON.parse(readFileSync(join(folder, report), "utf8")) as Told
    const file = path.replace(`${copy.folder}/`, "")
    const before = told[file] ?? { of: hashOf(copy.folder, [file]), millis: 0, sites: [] }
    const all = new Set([...before.sites, ...reached.map((one) => sites[one]!.id)])
    told[file] = { ...before, millis: before.millis + millis, sites: [...all] }
  }
  rmSync(folder, { recursive: true, force: true })
  return told
}

const byScenarios = async (copy: Copy, sites: ReadonlyArray<Site>): Promise<Readonly<Record<string, Kept>>> => {
  const ended = await runProgram(copy.folder, ["mutation/src/inCopy/scenarios.ts", "--reached"], { seconds: 600 })
  if (ended.status !== 0) throw new Error(`the scenarios cannot be run:\n${ended.output.slice(-4000)}`)
  const told = ended.output
    .split("\n")
    .filter((line) => line.startsWith('{"id"'))
    .map((line) => JSON.parse(line) as Omit<Told, "file"> & { readonly id: string })
  return Object.fromEntries(
    told.map(({ id, millis, reached }) => [id, { of: "", millis, sites: reached.map((one) => sites[one]!.id) }])
  )
}

const none: Cache = { files: {}, scenarios: { of: "", reached: {} } }

/**
 * Measures the test files and the scenarios that have changed since the last time; all of them where nothing is known.
 * Other sources may have changed what a test reaches. Then a mutant may seem to survive, but none to be caught that is
 * not: `--measure` forgets what is known.
 */
const measured = async (root: string, sites: ReadonlyArray<Site>, known: Cache): Promise<Cache> => {
  const cases = hashOf(root, globSync("conformance/src/**/*.ts", { cwd: root }).toSorted())
  const files = testFiles(root)
  const due = files.filter((file) => known.files[file]?.of !== hashOf(root, [file]))
  const judged = known.scenarios.of === cases
  if (due.length === 0 && judged) return known
  const copy = new Copy(root)
  try {
    instrumentAll(copy, root, sites)
    const told = { ...known.files, ...(await byTests(copy, sites, due)) }
    const reached = judged ? known.scenarios.reached : await byScenarios(copy, sites)
    const present = files.flatMap((file) => (told[file] === undefined ? [] : [[file, told[file]] as const]))
    return { files: Object.fromEntries(present), scenarios: { of: cases, reached } }
  } finally {
    copy.remove()
  }
}

/** What is evaluated as a module is loaded is reached by all, and so is, for all one knows, what is new. */
const everywhere = (sites: ReadonlyArray<Site>, { files, scenarios }: Cache): ReadonlyArray<string> => {
  const known = new Set([...Object.values(files), ...Object.values(scenarios.reached)].flatMap((one) => one.sites))
  return sites.filter(({ id, onLoad }) => onLoad || !known.has(id)).map(({ id }) => id)
}

/** Which tests reach which sites. */
export const coverageOf = async (root: string, sites: ReadonlyArray<Site>, anew: boolean): Promise<Coverage> => {
  const path = join(root, "node_modules/.cache/mutation.json")
  const known = existsSync(path) && !anew ? (JSON.parse(readFileSync(path, "utf8")) as Cache) : none
  const cache = await measured(root, sites, known)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(cache))
  const always = everywhere(sites, cache)
  const isLive = (name: string): boolean =>
    name.endsWith(".ts") && /\bit\.live\b/.test(readFileSync(join(root, name), "utf8"))
  const named = (kept: Readonly<Record<string, Kept>>): ReadonlyArray<Reaching> =>
    Object.entries(kept).map(([name, { millis, sites: reached }]) => ({
      name,
      millis,
      live: isLive(name),
      sites: new Set([...reached, ...always])
    }))
  return { files: named(cache.files), scenarios: named(cache.scenarios.reached) }
}
