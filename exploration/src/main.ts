/**
 * Tries to break every claim under many schedules, and prints what was tried. Ends with status 1 if one was broken.
 *
 * Usage: node src/main.ts [--short | --long] [--seconds N] [BEGINNING-OF-A-PACKAGE ...]
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { type Area, areas } from "./areas.ts"
import { inProcess } from "./inProcess.ts"
import type { Row } from "./Row.ts"
import { tableOf } from "./table.ts"

const { positionals, values } = parseArgs({
  options: { short: { type: "boolean" }, long: { type: "boolean" }, seconds: { type: "string", default: "0" } },
  allowPositionals: true
})
const seconds = Number(values.seconds)
const wanted = areas.filter(
  ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start))
)
if (wanted.length === 0 || !(seconds >= 0) || (values.short === true && values.long === true)) {
  console.error(
    `Give one of --short and --long, seconds from 0 on, and packages out of: ${areas.map(({ name }) => name).join(", ")}`
  )
  process.exit(2)
}

const queue: Array<Area> = [...wanted]
const rows: Array<Row> = []
const work = async (): Promise<void> => {
  for (let area = queue.shift(); area !== undefined; area = queue.shift()) {
    const row = await inProcess(area, values.long === true ? "long" : "short", seconds)
    rows.push(row)
    for (const { broken, claim } of row.failures) console.log(`BROKEN in ${row.name}: ${claim}\n${broken}\n`)
    console.log(`${row.failures.length === 0 ? "ok" : "FAILED"}: ${row.name} (${row.seconds.toFixed(1)} s)`)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work))

const inOrder = wanted.flatMap((area) => rows.filter(({ name }) => name === area.name))
const failed = inOrder.filter(({ failures }) => failures.length > 0).length
console.log(`\n${tableOf(inOrder)}\n\n${inOrder.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
