import { reasons } from "./reasons.ts"
import type { Result } from "./Results.ts"
import { rules } from "./rules.ts"
import type { Site } from "./Site.ts"

const columns = ["mutants", "caught", "equivalent", "open"] as const

type Counts = Readonly<Record<(typeof columns)[number], number>>

const line = (cells: ReadonlyArray<string>, pad = " "): string =>
  `| ${[cells[0]!.padEnd(10, pad), ...cells.slice(1).map((cell) => cell.padStart(10, pad))].join(" | ")} |`

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
    return line([name, ...columns.map((column) => String(counts[column]))])
  }
  return [
    line(["rule", ...columns]),
    line(["", "", "", "", ""].map((_, i) => (i === 0 ? "-".repeat(10) : `${"-".repeat(9)}:`))),
    ...rules.map(({ name }) =>
      row(
        name,
        sites.filter(({ rule }) => rule === name)
      )
    ),
    row("all", sites)
  ].join("\n")
}
