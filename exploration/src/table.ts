import type { Row } from "./Row.ts"

const number = (n: number): string => n.toLocaleString("en-US")

const columns: ReadonlyArray<readonly [string, (row: Row) => string]> = [
  ["package", ({ name }) => name],
  ["programs", ({ programs }) => number(programs)],
  ["rules", ({ rules }) => number(rules)],
  ["made up", ({ made }) => number(made)],
  ["random", ({ random }) => number(random)],
  ["priorities", ({ priorities }) => number(priorities)],
  ["depth-first", ({ depthFirst }) => number(depthFirst)],
  ["complete to 0", (row) => number(row.completeUpTo(0))],
  ["1", (row) => number(row.completeUpTo(1))],
  ["2", (row) => number(row.completeUpTo(2))],
  ["3", (row) => number(row.completeUpTo(3))],
  ["seconds", ({ seconds }) => seconds.toFixed(1)],
  ["failures", ({ failures }) => number(failures.length)]
]

/** The first column to the left, figures to the right. */
export const tableOf = (rows: ReadonlyArray<Row>): string => {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]!.length)))
  return cells
    .map((line) =>
      line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  ")
    )
    .join("\n")
}
