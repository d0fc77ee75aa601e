/** What was found, as the table of the page. */
import type { Examined } from "./examine.ts"
import { type Clean, otherStrategies } from "./Hunt.ts"
import { median } from "./median.ts"

const count = (n: number | undefined): string => (n === undefined || n === Infinity ? "–" : n.toLocaleString("en"))

const reach = ({ coverage }: Clean): string => {
  if (coverage === "some") return ""
  return coverage === "all" ? ", all" : `, all with ${coverage} preemption${coverage === 1 ? "" : "s"}`
}

const way = ({ planted }: Examined): string => (planted._tag === "Cut" ? "`cancelEverywhere`" : planted.strategy)

const cells = (examined: Examined, isRepeatedAnew: boolean): ReadonlyArray<string> => {
  const { planted, found, repeated, mended } = examined
  const tries = found.map(({ tries }) => tries)
  return [
    planted.name,
    way(examined),
    count(median(tries)),
    count(Math.max(0, ...tries)),
    count(planted.within),
    count(Math.max(0, ...found.map(({ choices }) => choices))),
    `${repeated}/3${isRepeatedAnew ? "" : ", not anew"}`,
    ...otherStrategies.map((_, at) => count(examined.byOthers[at])),
    mended === undefined ? "found" : `${count(mended.tries)}${reach(mended)}`
  ]
}

const head = [
  "bug",
  "strategy",
  "median",
  "most",
  "promised",
  "choices",
  "replayed",
  ...otherStrategies,
  "mended: none in"
]
const isText = [true, true, false, false, false, false, true, false, false, true]

/** A table in Markdown, aligned as the formatter of this repository does. */
export const table = (all: ReadonlyArray<Examined>, repeatedAnew: ReadonlySet<string>): string => {
  const rows = all.map((examined) => cells(examined, repeatedAnew.has(examined.planted.name)))
  const widths = head.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at]!)].map(({ length }) => length))
  )
  const pad = (text: string, at: number) => (isText[at] ? text.padEnd(widths[at]!) : text.padStart(widths[at]!))
  const rule = widths.map((width, at) => (isText[at] ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
  return [head.map(pad), rule, ...rows.map((row) => row.map(pad))].map((row) => `| ${row.join(" | ")} |`).join("\n")
}
