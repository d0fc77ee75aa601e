/**
 * Makes the runs, each in a process of its own. The last line is `N passed, N failed`.
 *
 * Usage: node src/main.ts [--short] [BEGINNING-OF-A-NAME ...]
 */
import { parseArgs } from "node:util"
import { inProcess } from "./inProcess.ts"
import { runs } from "./runs.ts"

const { positionals, values } = parseArgs({ options: { short: { type: "boolean" } }, allowPositionals: true })
const size = values.short === true ? "short" : "long"
const wanted = runs.filter(
  ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start))
)
if (wanted.length === 0) {
  console.error(`no run is called ${positionals.join(" or ")}. There are: ${runs.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

let failed = 0
for (const run of wanted) {
  console.log(`=== ${run.name}: ${run.claim}`)
  const started = performance.now()
  const wrong = await inProcess(run, size)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (wrong !== undefined) failed++
  console.log(wrong === undefined ? `ok: ${run.name} (${seconds} s)` : `FAILED: ${run.name} (${seconds} s): ${wrong}`)
}
console.log(`${wanted.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
