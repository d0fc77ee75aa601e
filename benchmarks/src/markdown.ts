/** The results as they stand in the README. */
import type { Judged } from "./Gate.ts"
import type { Row } from "./Row.ts"
import { figure } from "./table.ts"

const languages = new Set(["effect", "ferrule", "promise", "asyncio", "trio", "go"])

/** Some spell the work in further ways: `ferrule forEach`. */
const isLibrary = ({ peer }: Row): boolean => !languages.has(peer.split(/[ ,]/)[0] ?? "")

/** Widths are left to the formatter. */
const table = (head: ReadonlyArray<string>, lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"))
  return [head, rule, ...lines].map(line).join("\n")
}

const cell = (row: Row | undefined): string => {
  if (row === undefined) return "–"
  return row.median === undefined ? "died" : figure(row.median)
}

/** The fastest of the libraries, with its name. */
const best = (block: ReadonlyArray<Row>): string => {
  const libraries = block.filter(isLibrary)
  const [fastest] = libraries.toSorted((a, b) => (a.median ?? Infinity) - (b.median ?? Infinity))
  return fastest === undefined ? "–" : `${cell(fastest)} ${fastest.peer}`
}

/** One line per workload and size, each peer's median. */
export const rowsAsMarkdown = (rows: ReadonlyArray<Row>): string => {
  const blocks = Map.groupBy(rows, (row) => `${row.workload}, ${row.size.toLocaleString("en")} (${row.unit})`)
  const lines = [...blocks].map(([name, block]) => {
    const of = (peer: string) => block.find((row) => row.peer === peer)
    const [own, effect] = [of("ferrule")?.median, of("effect")?.median]
    const ratio = own === undefined || effect === undefined || effect === 0 ? "–" : figure(own / effect)
    const [promise = "–", ...others] = ["promise", "asyncio", "trio", "go"].map((peer) => cell(of(peer)))
    return [name, cell(of("ferrule")), cell(of("effect")), ratio, promise, best(block), ...others]
  })
  return table(
    ["workload", "Ferrule", "raw Effect", "Ferrule : Effect", "raw promise", "best library", "asyncio", "Trio", "Go"],
    lines
  )
}

/** One line per gate. */
export const gatesAsMarkdown = (judged: ReadonlyArray<Judged>): string =>
  table(
    ["figure", "is", "may be", "", "by processor time"],
    judged.map(({ area, byCpu, gate, ok, ratio }) => [
      area,
      figure(ratio),
      figure(gate),
      ok ? "ok" : "**missed**",
      byCpu === undefined ? "–" : figure(byCpu)
    ])
  )
