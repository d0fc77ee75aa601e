/** One run, in this very process. Usage: node src/runOne.ts NAME long|short */
import { runs } from "./runs.ts"

const [name, size] = process.argv.slice(2)
const run = runs.find((run) => run.name === name)
if (run === undefined || (size !== "long" && size !== "short")) throw new Error(`there is no run ${name} ${size}`)
let ended = false
// A program that waits for nothing any more ends with status 0, though it has not come to its end.
process.on("exit", (status) => {
  if (ended || status !== 0) return
  console.log("  stopped in the middle: nothing was left to wait for")
  process.exitCode = 1
})
try {
  await run.go(size, (line) => console.log(`  ${line}`))
} catch (error) {
  console.log(`  ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
ended = true
