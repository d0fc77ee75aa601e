/** Scripts whose last line is `N passed, N failed`, in their short form: all that they count counts. */
import { run } from "../command.ts"
import type { Check } from "./Report.ts"

export const countedBy =
  (script: "exploration" | "scale" | "mutation"): Check =>
  async () => {
    const ended = await run("pnpm", ["run", script, "--short"], { show: true, seconds: 900 })
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(ended.stdout) ?? []
    if (passed === undefined || failed === undefined) throw new Error(`ended with status ${ended.status} and no count`)
    if (ended.status !== 0 && failed === "0") throw new Error(`ended with status ${ended.status} though nothing failed`)
    return { passed: Number(passed), failed: Number(failed), saw: `${passed} of ${script}` }
  }
