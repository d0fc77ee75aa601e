/** The runs of `scale/` in their short form, each of which counts. */
import { run } from "../command.ts"
import type { Check } from "./Report.ts"

export const scaleRuns: Check = async () => {
  const ended = await run("pnpm", ["run", "scale", "--short"], { show: true, seconds: 900 })
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(ended.stdout) ?? []
  if (passed === undefined || failed === undefined) throw new Error(`ended with status ${ended.status} and no count`)
  if (ended.status !== 0 && failed === "0") throw new Error(`ended with status ${ended.status} though no run failed`)
  return { passed: Number(passed), failed: Number(failed), saw: `${passed} runs` }
}
