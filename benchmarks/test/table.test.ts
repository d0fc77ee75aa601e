import { describe, expect, it } from "vitest"
import type { Row } from "../src/Row.ts"
import { columns, figure, gatesTable, rowsTable } from "../src/table.ts"

const row = (peer: string, median: number | undefined, more: Partial<Row> = {}): Row => ({
  workload: "work",
  peer,
  median,
  unit: "ns",
  samples: median === undefined ? [] : [median - 1, median, median + 1],
  size: 1000,
  items: 1000,
  ...more
})

describe("figures", () => {
  it("show three digits of what is small, and all of what is large", () => {
    expect([0.12345, 1.2345, 12.345, 123.45, 12_345.6].map(figure)).toEqual(["0.123", "1.23", "12.3", "123", "12,346"])
  })

  it("say where there is none", () => {
    expect(figure(Infinity)).toBe("died")
  })
})

describe("columns", () => {
  it("are as wide as their widest cell, the first to the left", () => {
    expect(
      columns([
        ["name", "figure"],
        ["a", "1"]
      ])
    ).toBe("name  figure\na          1")
  })
})

describe("the table of rows", () => {
  it("compares every peer with Ferrule, and shows the span of its samples", () => {
    const text = rowsTable([row("ferrule", 30), row("effect", 100)])
    expect(text.split("\n").map((line) => line.split(/ {2,}/).filter(Boolean))).toEqual([
      ["work (ns), 1,000", "median", "samples", "ferrule : it", "by cpu"],
      ["ferrule", "30", "29 … 31"],
      ["effect", "100", "99 … 101", "0.3"]
    ])
  })

  it("compares nothing with a peer that has none of it", () => {
    expect(rowsTable([row("ferrule", 30), row("effect", 0)])).toMatch(/effect +0 +-1 … 1$/m)
  })

  it("says who died, and who got fewer items", () => {
    const text = rowsTable([row("ferrule", 30), row("effect", undefined), row("slow", 300, { items: 10 })])
    expect(text).toMatch(/effect +died$/m)
    expect(text).toMatch(/slow \(10 items\)/)
  })

  it("has a block for each size", () => {
    const text = rowsTable([row("ferrule", 30), row("ferrule", 31, { size: 10 })])
    expect(text).toContain("work (ns), 1,000")
    expect(text).toContain("work (ns), 10 ")
  })
})

describe("the table of gates", () => {
  it("says which are missed", () => {
    const text = gatesTable("gate", [
      { area: "one", ratio: 0.5, gate: 0.6, ok: true },
      { area: "two", ratio: 0.7, gate: 0.6, ok: false, byCpu: 0.55 }
    ])
    expect(text).toMatch(/one +0\.5 +0\.6 +ok$/m)
    expect(text).toMatch(/two +0\.7 +0\.6 +MISSED +0\.55$/m)
  })
})
