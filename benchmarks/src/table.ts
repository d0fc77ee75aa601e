/** The results as text. */
import type { Judged } from "./Gate.ts"
import type { Row } from "./Row.ts"

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })
const precise = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 })

/** Three digits of a small number, all of a large one. */
export const figure = (value: number): string => {
  if (!Number.isFinite(value)) return "died"
  return Math.abs(value) < 100 ? precise.format(value) : whole.format(value)
}

/** Lines of cells as columns: the first to the left, the others to the right. */
export const columns = (lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0))
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column))))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

const titleOf = (row: Row): string => `${row.workload} (${row.unit}), ${whole.format(row.size)}`

const by = (own: number | undefined, other: number | undefined): string =>
  own === undefined || other === undefined || other === 0 ? "" : figure(own / other)

/** One block per workload and size: each peer, its median, its fastest and slowest sample, and how Ferrule compares. */
export const rowsTable = (rows: ReadonlyArray<Row>): string =>
  [...Map.groupBy(rows, titleOf)]
    .map(([title, block]) => {
      const own = block.find((row) => row.peer === "ferrule")
      const lines = block.map((row) => [
        `  ${row.peer}${row.items === row.size ? "" : ` (${whole.format(row.items)} items)`}`,
        row.median === undefined ? "died" : figure(row.median),
        row.median === undefined ? "" : `${figure(Math.min(...row.samples))} … ${figure(Math.max(...row.samples))}`,
        row === own ? "" : by(own?.median, row.median),
        row === own ? "" : by(own?.cpu, row.cpu)
      ])
      return columns([[title, "median", "samples", "ferrule : it", "by cpu"], ...lines])
    })
    .join("\n\n")

/** One line per gate. */
export const gatesTable = (title: string, judged: ReadonlyArray<Judged>): string =>
  columns([
    [title, "is", "may be", "", "by cpu"],
    ...judged.map(({ area, byCpu, gate, ok, ratio }) => [
      `  ${area}`,
      figure(ratio),
      figure(gate),
      ok ? "ok" : "MISSED",
      byCpu === undefined ? "" : figure(byCpu)
    ])
  ])
