import { reasons } from "./reasons.ts"
import type { Result } from "./Results.ts"
import { rules } from "./rules.ts"
import type { Site } from "./Site.ts"

const columns = ["mutants", "caught", "equivalent", "open"] as const

type Counts = Readonly<Record<(typeof columns)[number], number>>

/** As wide as the formatter makes them. */
const widths = columns.map((column) => column.length)

const line = (name: string, cells: ReadonlyArray<string>): string =>
  `| ${[name.padEnd(10), ...cells.map((cell, i) => cell.padStart(widths[i]!))].join(" | ")} |`

const countsOf = (
  sites: ReadonlyArray<Pick<Site, "id">>,
  results: ReadonlyMap<string, Pick<Result, "caughtBy">>
): Counts => {
  const caught = sites.filter(({ id }) => typeof results.get(id)?.caughtBy === "string").length
  const equivalent = sites.filter(({ id }) => results.get(id)?.caughtBy === null && reasons[id] !== undefined).length
  return { mutants: sites.length, caught, equivalent, open: sites.length - caught - equivalent }
}

/** How many mutants of each rule were caught, how many change nothing, and how many are neither so far. */
export const table = (
  sites: ReadonlyArray<Pick<Site, "id" | "rule">>,
  results: ReadonlyMap<string, Pick<Result, "caughtBy">>
): string => {
  const row = (name: string, of: ReadonlyArray<Pick<Site, "id">>): string => {
    const counts = countsOf(of, results)
    return line(
      name,
      columns.map((column) => String(counts[column]))
    )
  }
  return [
    line("rule", columns),
    line(
      "-".repeat(10),
      widths.map((width) => `${"-".repeat(width - 1)}:`)
    ),
    ...rules.map(({ name }) =>
      row(
        name,
        sites.filter(({ rule }) => rule === name)
      )
    ),
    row("all", sites)
  ].join("\n")
}
