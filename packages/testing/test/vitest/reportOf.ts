import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

interface Report {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly title: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs")

const readReport = (file: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return new Map(tests.map(({ failureMessages, title }) => [title, failureMessages]))
}

/** Runs the tests of a folder beside this file in a vitest of their own; gives what each fails with, by its name. */
export const reportOf = (folder: string, seed = ""): Promise<ReadonlyMap<string, ReadonlyArray<string>>> => {
  const config = join(import.meta.dirname, folder, "vitest.config.ts")
  const into = mkdtempSync(join(tmpdir(), "ferrule-report-"))
  const file = join(into, "report.json")
  const flags = ["run", "--config", config, "--reporter=json", `--outputFile=${file}`]
  const env = { ...process.env, FERRULE_SEED: seed }
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, ...flags], { env }, () => {
      resolve(readReport(file))
      rmSync(into, { recursive: true, force: true })
    })
  })
}
