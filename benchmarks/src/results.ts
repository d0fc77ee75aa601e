/** `results.json`: what has been measured last, workload by workload. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Gate, judge, type Judged, nameOf, workloadsOf } from "./Gate.ts"
import { gates, stretches } from "./gates.ts"
import type { Row } from "./Row.ts"
import { workloads } from "./workloads.ts"

const file = join(import.meta.dirname, "..", "results.json")

interface Results {
  /** Of the last run, as 2026-11-30. */
  readonly date: string
  readonly rows: ReadonlyArray<Row>
  readonly gates: ReadonlyArray<Judged>
  readonly stretch: ReadonlyArray<Judged>
  /** Gates that could not be judged, because a peer is not installed here. */
  readonly unjudged: ReadonlyArray<string>
}

/** Judges everything that the rows say something about. */
export const resultsOf = (rows: ReadonlyArray<Row>, date: string): Results => {
  const measured = new Set(rows.map((row) => row.workload))
  const concerned = (all: ReadonlyArray<Gate>) =>
    all.filter((gate) => workloadsOf(gate.figure).some((workload) => measured.has(workload)))
  const judged = (all: ReadonlyArray<Gate>) => concerned(all).flatMap((gate) => judge(rows, gate) ?? [])
  const unjudged = concerned([...gates, ...stretches]).filter((gate) => judge(rows, gate) === undefined)
  return { date, rows, gates: judged(gates), stretch: judged(stretches), unjudged: unjudged.map(nameOf) }
}

/** What the file holds; undefined before the first run. */
export const readResults = (): Results | undefined =>
  // Sound: nobody else writes the file.
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : undefined

/** The place of a row's workload in the list; what has no place there, cold start, comes last. */
const placeOf = (row: Row): number => {
  const place = workloads.findIndex(({ name }) =>
    [name, `${name}-whole`, `${name}-memory`, `${name}-mark-compacts`].includes(row.workload)
  )
  return place === -1 ? workloads.length : place
}

/** The rows of an earlier run with those of this one in their place, in the order of the workloads. */
export const merged = (before: ReadonlyArray<Row>, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const measured = new Set(rows.map((row) => row.workload))
  const kept = before.filter((row) => !measured.has(row.workload))
  return [...kept, ...rows].toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** Writes the results. Workloads that this run left out keep what an earlier one measured. */
export const writeResults = (rows: ReadonlyArray<Row>, date: string): void => {
  const results = resultsOf(merged(readResults()?.rows ?? [], rows), date)
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
}
