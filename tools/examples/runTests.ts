/**
 * Runs an example that holds tests of vitest. What it prints is a line for each test, and what those fail with that do:
 * without the stacks, and without the seed, which is another one each time.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Ended, run } from "../command.ts"

interface Report {
  readonly testResults: ReadonlyArray<{
    readonly message?: string
    readonly assertionResults: ReadonlyArray<{
      readonly title: string
      readonly status: "passed" | "failed"
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

export const holdsTests = (code: string): boolean => /from "@ferrule\/testing\/vitest"/.test(code)

const indented = (message: string): ReadonlyArray<string> =>
  message
    .split("\n")
    .filter((line) => !/^\s+at |^seed \d|^\s*$/.test(line))
    .map((line) => `  ${line.replace(/, from \/.*/, "")}`)

const printed = ({ testResults }: Report): string =>
  testResults
    .flatMap(({ assertionResults, message }) =>
      assertionResults.length === 0
        ? [message ?? ""]
        : assertionResults.flatMap(({ failureMessages, status, title }) => [
            `${status === "passed" ? "✓" : "×"} ${title}`,
            ...failureMessages.flatMap(indented)
          ])
    )
    .join("\n")

/** The status is that of the runner's own work: an example may show a test that fails. */
export const runTests = async (file: string): Promise<Pick<Ended, "status" | "stdout" | "stderr">> => {
  const into = mkdtempSync(join(tmpdir(), "ferrule-tests-"))
  const report = join(into, "report.json")
  try {
    const config = join(import.meta.dirname, "vitest.config.ts")
    const flags = [
      "run",
      "--config",
      config,
      "--root",
      dirname(file),
      "--reporter=json",
      `--outputFile=${report}`,
      file
    ]
    const { stderr } = await run("vitest", flags, { seconds: 120 })
    return { status: 0, stdout: printed(JSON.parse(readFileSync(report, "utf8")) as Report), stderr }
  } catch (error) {
    return { status: 1, stdout: "", stderr: String(error) }
  } finally {
    rmSync(into, { recursive: true, force: true })
  }
}
