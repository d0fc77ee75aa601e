import { expect, it } from "vitest"
import { gatesAsMarkdown, rowsAsMarkdown } from "../src/markdown.ts"
import type { Row } from "../src/Row.ts"

const row = (peer: string, median: number | undefined): Row => ({
  workload: "work",
  peer,
  median,
  unit: "ns",
  samples: [],
  size: 1000,
  items: 1000
})

it("a line of medians names the fastest library, and what died or is not there", () => {
  const rows = [row("ferrule", 30), row("effect", undefined), row("rxjs", 50), row("p-map", 40), row("trio", 900)]
  expect(rowsAsMarkdown(rows).split("\n").at(-1)).toBe(
    "| work, 1,000 (ns) | 30 | died | – | – | 40 p-map | – | 900 | – |"
  )
})

it("a library that died is not the fastest", () => {
  const rows = [row("ferrule", 30), row("effect", 60), row("promise", 1), row("rxjs", undefined), row("p-map", 40)]
  expect(rowsAsMarkdown(rows).split("\n").at(-1)).toBe(
    "| work, 1,000 (ns) | 30 | 60 | 0.5 | 1 | 40 p-map | – | – | – |"
  )
})

it("a further spelling of a peer is no library, nor is another language", () => {
  const rows = [
    row("ferrule", 30),
    row("ferrule forEach", 20),
    row("effect takeAll", 10),
    row("go", 5),
    row("rxjs", 50)
  ]
  expect(rowsAsMarkdown(rows).split("\n").at(-1)).toBe("| work, 1,000 (ns) | 30 | – | – | – | 50 rxjs | – | – | 5 |")
})

it("nothing is compared with nothing at all", () => {
  const rows = [row("ferrule", 30), row("effect", 0)]
  expect(rowsAsMarkdown(rows).split("\n").at(-1)).toBe("| work, 1,000 (ns) | 30 | 0 | – | – | – | – | – | – |")
})

it("a line of a gate says whether it is missed", () => {
  const text = gatesAsMarkdown([{ area: "area: one", ratio: 0.7, gate: 0.6, ok: false, byCpu: 0.55 }])
  expect(text.split("\n").at(-1)).toBe("| area: one | 0.7 | 0.6 | **missed** | 0.55 |")
})
