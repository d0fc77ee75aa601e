/** `npm test`, counted by vitest's own report. */
import { existsSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { run } from "../command.ts"
import { root } from "../workspace.ts"
import type { Check } from "./Report.ts"

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly success: boolean
}

export const npmTest: Check = async () => {
  const file = join(root, "coverage", "vitest.json")
  rmSync(file, { force: true })
  const ended = await run("npm", ["test"], { show: true, seconds: 900 })
  if (!existsSync(file)) throw new Error(`npm test ended with status ${ended.status} and left no report`)
  const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport
  const skipped = report.numPendingTests + report.numTodoTests
  if (skipped > 0) throw new Error(`${skipped} tests were skipped; nothing is skipped silently`)
  // A file that cannot be loaded has no failed test, but it failed.
  const broken = report.numFailedTests === 0 && (ended.status !== 0 || !report.success || report.numPassedTests === 0)
  const failed = broken ? 1 : report.numFailedTests
  return { passed: report.numPassedTests, failed, saw: `${report.numPassedTests} tests passed, ${failed} failed` }
}
