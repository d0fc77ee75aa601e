/**
 * Measures the workloads, prints a table, and writes `results.json`. It ends with status 1 when a gate is missed.
 *
 * Usage: node src/main.ts [--quick] [BEGINNING-OF-A-NAME ...]
 */
import { measureColdStart } from "./coldStart.ts"
import { measure, type Protocol } from "./measure.ts"
import { resultsOf, writeResults } from "./results.ts"
import type { Row } from "./Row.ts"
import { gatesTable, rowsTable } from "./table.ts"
import { workloads } from "./workloads.ts"

const args = process.argv.slice(2).filter((arg) => arg !== "--")
const quick = args.includes("--quick")
const wanted = args.filter((arg) => arg !== "--quick")
const all = [
  ...workloads.map((workload) => ({
    name: workload.name,
    measure: (protocol: Protocol) => measure(workload, protocol)
  })),
  { name: "cold-start", measure: measureColdStart }
]
const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)))
if (chosen.length === 0) {
  console.error(`no workload is called ${wanted.join(" or ")}. There are: ${all.map(({ name }) => name).join(", ")}`)
  process.exit(2)
}

const protocol: Protocol = {
  quick,
  warmUps: quick ? 0 : 2,
  samples: quick ? 1 : 5,
  tell: (text) => process.stderr.write(`${text}\n`)
}

const date = new Date().toISOString().slice(0, 10)
const rows: Array<Row> = []
const failed: Array<string> = []
for (const workload of chosen) {
  try {
    const measured = await workload.measure(protocol)
    rows.push(...measured.rows)
    for (const { peer, why, workload } of measured.skipped) console.log(`SKIPPED: ${workload}: ${peer}: ${why}`)
    console.log(`${rowsTable(measured.rows)}\n`)
    if (!quick) writeResults(measured.rows, date)
  } catch (error) {
    failed.push(workload.name)
    console.log(`FAILED: ${workload.name}: ${String(error)}\n`)
  }
}

if (quick) {
  const dead = rows.filter((row) => row.died !== undefined)
  for (const row of dead) console.log(`DIED: ${row.workload}: ${row.peer}: ${row.died}`)
  console.log(`quick: ${rows.length} rows, ${dead.length} died, ${failed.length} workloads failed; no gate is judged`)
  process.exitCode = dead.length + failed.length === 0 ? 0 : 1
} else {
  const { gates, stretch, unjudged } = resultsOf(rows, date)
  console.log(`${gatesTable("gate", gates)}\n`)
  console.log(gatesTable("stretch", stretch))
  for (const name of unjudged) console.log(`NOT JUDGED: ${name}: a peer is missing`)
  for (const name of failed) console.log(`FAILED: ${name}`)
  process.exitCode = failed.length === 0 && gates.every(({ ok }) => ok) ? 0 : 1
}
