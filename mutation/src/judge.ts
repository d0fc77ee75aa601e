/** Makes one mutant after another, and asks the suite. */
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import type { Copy } from "./Copy.ts"
import type { Coverage, Reaching } from "./coverage.ts"
import { applied } from "./replace.ts"
import type { Site } from "./Site.ts"
import { type Failed, runScenarios, runScenariosHere, runTests } from "./tests.ts"

/** A file that takes longer is asked when all others have noticed nothing. */
const slow = 1500

/** So many scenarios are asked first, in one process, of those that take less than so many milliseconds. */
const [few, fast] = [40, 40]

type Stage = (copy: Copy) => Promise<Failed>

const packageOf = (file: string): string => file.split("/")[1]!

const namesOf = (of: ReadonlyArray<Reaching>): ReadonlyArray<string> => of.map(({ name }) => name)

const tests =
  (files: ReadonlyArray<Reaching>): Stage =>
  (copy) =>
    runTests(
      copy,
      namesOf(files),
      files.reduce((sum, { millis }) => sum + millis, 0)
    )

/** First the test of the file itself, then the fastest; what goes by the real clock comes last. */
const likely = (site: Site, files: ReadonlyArray<Reaching>): ReadonlyArray<Reaching> => {
  const name = `/${basename(site.file, ".ts")}.test.ts`
  return files.toSorted(
    (a, b) =>
      Number(a.live) - Number(b.live) ||
      Number(b.name.endsWith(name)) - Number(a.name.endsWith(name)) ||
      a.millis - b.millis
  )
}

/**
 * Who is asked: whoever caught it last time, fast scenarios and its own package `soon`; the other scenarios and the rest
 * `late`, which takes long.
 */
const stagesFor = (site: Site, coverage: Coverage, caughtBy: string | undefined) => {
  const reaching = (of: ReadonlyArray<Reaching>) =>
    likely(
      site,
      of.filter(({ sites }) => sites.has(site.id))
    )
  const caught = ({ name }: Reaching): boolean => caughtBy?.replace("scenario ", "").split(" >")[0] === name
  const files = reaching(coverage.files)
  const scenarios = reaching(coverage.scenarios)
  // Those that reach little are about it.
  const quick = scenarios
    .filter(({ millis }) => millis < fast)
    .toSorted((a, b) => a.sites.size - b.sites.size)
    .slice(0, few)
  const own = files.filter((one) => packageOf(one.name) === packageOf(site.file) && one.millis < slow)
  const soon: ReadonlyArray<Stage> = [
    tests(files.filter(caught)),
    (copy) => runScenariosHere(copy, namesOf([...scenarios.filter(caught), ...quick.filter((one) => !caught(one))])),
    tests(own.filter((one) => !caught(one)))
  ]
  const late: ReadonlyArray<Stage> = [
    (copy) => runScenarios(copy, namesOf(scenarios.filter((one) => !quick.includes(one) && !caught(one)))),
    tests(files.filter((one) => !own.includes(one) && !caught(one)))
  ]
  return { soon, late }
}

export interface Verdict {
  /** The test that noticed it. */
  readonly caughtBy: Failed
  /** How many test files and scenarios evaluate it. */
  readonly reachedBy: number
}

/** Makes the mutant in the copy, asks, and takes it back. */
export const judge = async (
  copy: Copy,
  root: string,
  site: Site,
  coverage: Coverage,
  round: "soon" | "late",
  lastCaughtBy?: string
): Promise<Verdict> => {
  const reachedBy = [...coverage.files, ...coverage.scenarios].filter((one) => one.sites.has(site.id)).length
  copy.write(site.file, applied(readFileSync(join(root, site.file), "utf8"), site.edits))
  try {
    for (const stage of stagesFor(site, coverage, lastCaughtBy)[round]) {
      const caughtBy = await stage(copy)
      if (caughtBy !== undefined) return { caughtBy, reachedBy }
    }
    return { caughtBy: undefined, reachedBy }
  } finally {
    copy.restore(site.file)
  }
}
