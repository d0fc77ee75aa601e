/** Running the suite of the copy, or a part of it, up to the first failure. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Copy } from "./Copy.ts"
import { runProgram } from "./runProgram.ts"

const vitest = "node_modules/vitest/vitest.mjs"
const config = "mutation/src/inCopy/vitest.config.ts"
/** Milliseconds that a test is given in a file that takes less than a second, and in the others. */
const [shortTimeout, longTimeout] = [10_000, 90_000]

interface FileResult {
  readonly name: string
  readonly status: string
  readonly assertionResults: ReadonlyArray<{
    readonly status: string
    readonly fullName: string
    readonly failureMessages?: ReadonlyArray<string>
  }>
}

/** What failed, or nothing. */
export type Failed = string | undefined

const firstFailed = (copy: Copy, results: ReadonlyArray<FileResult>): Failed => {
  for (const { assertionResults, name, status } of results) {
    const file = name.replace(`${copy.folder}/`, "")
    const failed = assertionResults.find((one) => one.status === "failed")
    const hangs = failed?.failureMessages?.some((message) => message.includes("timed out")) === true
    if (failed !== undefined) return `${file} > ${failed.fullName}${hangs ? " (it hangs)" : ""}`
    if (status === "failed") return `${file} (it cannot be loaded)`
  }
  return undefined
}

/** The test that was under way when the run was stopped. */
const lastBegun = (copy: Copy, output: string): string | undefined =>
  [...output.matchAll(/^begins: (.*)$/gm)].at(-1)?.[1]?.replace(`${copy.folder}/`, "")

/** Runs test files in this order. `millis` is how long they take as a rule. */
export const runTests = async (copy: Copy, files: ReadonlyArray<string>, millis: number): Promise<Failed> => {
  if (files.length === 0) return undefined
  const testTimeout = millis / files.length < 500 ? shortTimeout : longTimeout
  const folder = mkdtempSync(join(tmpdir(), "ferrule-mutation-run-"))
  const report = join(folder, "report.json")
  const how = ["--bail=1", "--no-isolate", "--pool=threads", "--maxWorkers=1", `--testTimeout=${testTimeout}`]
  try {
    const ended = await runProgram(
      copy.folder,
      [
        vitest,
        "run",
        `--config=${config}`,
        ...how,
        "--reporter=json",
        "--reporter=./mutation/src/inCopy/Begins.ts",
        `--outputFile=${report}`,
        ...files
      ],
      { seconds: 60 + (5 * millis) / 1000, asleep: 2 },
      { MUTATION_FILES: files.join(" ") }
    )
    if (ended.status === 0) return undefined
    if (ended.status === "hangs") return `${lastBegun(copy, ended.output) ?? packageOf(files)} (it hangs)`
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
      readonly testResults: ReadonlyArray<FileResult>
    }
    return firstFailed(copy, testResults) ?? `${packageOf(files)} (an error outside of tests)`
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") {
      return `${packageOf(files)} (the process ends)`
    }
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const packageOf = (files: ReadonlyArray<string>): string => files[0]!.split("/test/")[0]!

const scenariosIn = async (copy: Copy, how: string, ids: ReadonlyArray<string>, seconds: number): Promise<Failed> => {
  if (ids.length === 0) return undefined
  const ended = await runProgram(copy.folder, ["mutation/src/inCopy/scenarios.ts", how, ...ids], {
    seconds,
    asleep: 2
  })
  if (ended.status === 0) return undefined
  const [, id] = /^failed: (\S+)$/m.exec(ended.output) ?? []
  if (id !== undefined) return `scenario ${id}`
  return `scenarios from ${ids[0]!} on (${ended.status === "hangs" ? "hang" : "end the process"})`
}

/** Judges scenarios in this order, as the command does. */
export const runScenarios = (copy: Copy, ids: ReadonlyArray<string>): Promise<Failed> =>
  scenariosIn(copy, "--in-workers", ids, 60 + ids.length)

/** As `runScenarios`, in one process: for those that take no time. */
export const runScenariosHere = (copy: Copy, ids: ReadonlyArray<string>): Promise<Failed> =>
  scenariosIn(copy, "--here", ids, 60)
