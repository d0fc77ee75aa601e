/**
 * Measures the workloads, prints a table, and writes `results.json`. It ends with status 1 when a gate is missed.
 *
 * Usage: node src/main.ts [--quick] [BEGINNING-OF-A-NAME ...]
 */
import { measureColdStart } from "./coldStart.ts"
import { measure, type Measured, type Protocol } from "./measure.ts"
import { resultsOf, writeResults } from "./results.ts"
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

const measured: Array<Measured> = []
for (const workload of chosen) {
  const result = await workload.measure(protocol)
  measured.push(result)
  for (const { peer, why, workload } of result.skipped) console.log(`SKIPPED: ${workload}: ${peer}: ${why}`)
  console.log(`${rowsTable(result.rows)}\n`)
}

const rows = measured.flatMap((result) => result.rows)
if (quick) {
  const dead = rows.filter((row) => row.died !== undefined)
  for (const row of dead) console.log(`DIED: ${row.workload}: ${row.peer}: ${row.died}`)
  console.log(`quick: ${rows.length} rows, ${dead.length} died; gates are not judged`)
  process.exitCode = dead.length === 0 ? 0 : 1
} else {
  const results = resultsOf(rows)
  writeResults(rows)
  console.log(`${gatesTable("gate", results.gates)}\n`)
  console.log(gatesTable("stretch", results.stretch))
  for (const name of results.unjudged) console.log(`NOT JUDGED: ${name}: a peer is missing`)
  process.exitCode = results.gates.every(({ ok }) => ok) ? 0 : 1
}
