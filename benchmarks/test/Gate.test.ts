import { describe, expect, it } from "vitest"
import { type Figure, figureOf, type Gate, judge } from "../src/Gate.ts"
import type { Row } from "../src/Row.ts"

const row = (peer: string, median: number | undefined, more: Partial<Row> = {}): Row => ({
  workload: "work",
  peer,
  median,
  unit: "ns",
  samples: [],
  size: 1000,
  items: 1000,
  ...more
})

const ratio: Figure = { _tag: "Ratio", workload: "work", to: "effect" }
const pairs: Figure = { _tag: "Pairs", workload: "work", peer: "ferrule", to: "without" }
const gateOf = (figure: Figure, gate: number): Gate => ({ area: "area", variant: "variant", figure, gate })

describe("a comparison by pairs", () => {
  it("is the median of the ratios of the samples that were taken in one turn", () => {
    const rows = [row("ferrule", 3, { samples: [22, 3, 90] }), row("without", 3, { samples: [20, 3, 30] })]
    expect(figureOf(rows, pairs)).toBe(1.1)
  })

  it("has the ratio by cpu beside it", () => {
    const rows = [row("ferrule", 1, { samples: [2], cpu: 3 }), row("without", 1, { samples: [1], cpu: 2 })]
    expect(judge(rows, gateOf(pairs, 1))).toMatchObject({ ratio: 2, byCpu: 1.5, ok: false })
  })

  it("is infinite where the first has died, and not known where the other has", () => {
    const alive = { samples: [1] }
    expect(figureOf([row("ferrule", undefined), row("without", 1, alive)], pairs)).toBe(Infinity)
    expect(figureOf([row("ferrule", 1, alive), row("without", undefined)], pairs)).toBeUndefined()
    expect(figureOf([row("ferrule", 1, alive)], pairs)).toBeUndefined()
  })
})

describe("a ratio", () => {
  it("is Ferrule's median by the peer's", () => {
    expect(figureOf([row("ferrule", 30), row("effect", 100)], ratio)).toBe(0.3)
  })

  it("is taken at the greatest size that the peer survived", () => {
    const rows = [
      row("ferrule", 100, { size: 1000 }),
      row("effect", undefined, { size: 1000 }),
      row("ferrule", 90, { size: 800 }),
      row("effect", undefined, { size: 800 }),
      row("ferrule", 80, { size: 700 }),
      row("effect", 40, { size: 700 }),
      row("ferrule", 10, { size: 500 }),
      row("effect", 40, { size: 500 })
    ]
    expect(figureOf(rows, ratio)).toBe(2)
  })

  it("is infinite, and misses every gate, where Ferrule died and the peer did not", () => {
    const rows = [row("ferrule", undefined), row("effect", 40)]
    expect(judge(rows, gateOf(ratio, 1000))).toMatchObject({ ratio: Infinity, ok: false })
  })

  it("compares with a peer that got fewer items at the size of the comparison", () => {
    expect(figureOf([row("ferrule", 30), row("effect", 10, { items: 10 })], ratio)).toBe(3)
  })

  it("is missing where the peer is not installed, or died at every size", () => {
    expect(figureOf([row("ferrule", 30)], ratio)).toBeUndefined()
    expect(figureOf([row("ferrule", 30), row("effect", undefined)], ratio)).toBeUndefined()
  })

  it("is of one workload: another's rows do not count", () => {
    expect(figureOf([row("ferrule", 30), row("effect", 10, { workload: "other" })], ratio)).toBeUndefined()
  })

  it("refuses a median that no measurement gives", () => {
    expect(() => figureOf([row("ferrule", 0), row("effect", 40)], ratio)).toThrow("median")
  })

  it("of what is counted may be nothing", () => {
    const counted: Figure = { _tag: "Value", workload: "work", peer: "ferrule" }
    expect(figureOf([row("ferrule", 0, { unit: "per 10^6" })], counted)).toBe(0)
    expect(() => figureOf([row("ferrule", -1, { unit: "per 10^6" })], counted)).toThrow("median")
  })
})

describe("other figures", () => {
  it("growth compares whole samples of two sizes", () => {
    const rows = [row("ferrule", 10, { size: 1000 }), row("ferrule", 11, { size: 10_000 })]
    expect(figureOf(rows, { _tag: "Growth", workload: "work", small: 1000, large: 10_000 })).toBe(11)
  })

  it("growth is infinite where the large size died", () => {
    const rows = [row("ferrule", 10, { size: 1000 }), row("ferrule", undefined, { size: 10_000 })]
    expect(figureOf(rows, { _tag: "Growth", workload: "work", small: 1000, large: 10_000 })).toBe(Infinity)
  })

  it("deaths are 1 where Ferrule died at that size, and 0 where it lived", () => {
    const rows = [row("ferrule", 10, { size: 10 }), row("ferrule", undefined, { size: 20 })]
    expect(figureOf(rows, { _tag: "Deaths", workload: "work", size: 10 })).toBe(0)
    expect(figureOf(rows, { _tag: "Deaths", workload: "work", size: 20 })).toBe(1)
    expect(figureOf(rows, { _tag: "Deaths", workload: "work", size: 30 })).toBeUndefined()
  })

  it("a value is the median as it is, or the seconds of a sample", () => {
    const rows = [row("ferrule", 500, { items: 1_000_000 })]
    expect(figureOf(rows, { _tag: "Value", workload: "work", peer: "ferrule" })).toBe(500)
    expect(figureOf(rows, { _tag: "Value", workload: "work", peer: "ferrule", perSample: true })).toBe(0.5)
  })

  it("the least of several counts, each by its own limit", () => {
    const value: Figure = { _tag: "Value", workload: "work", peer: "ferrule" }
    const rows = [row("ferrule", 30), row("effect", 10)]
    const of = [
      { figure: value, limit: 10 },
      { figure: ratio, limit: 6 }
    ]
    expect(figureOf(rows, { _tag: "LeastOf", of })).toBe(0.5)
  })
})

describe("judging", () => {
  it("passes up to the limit and no further", () => {
    expect(judge([row("ferrule", 60), row("effect", 100)], gateOf(ratio, 0.6))?.ok).toBe(true)
    expect(judge([row("ferrule", 61), row("effect", 100)], gateOf(ratio, 0.6))?.ok).toBe(false)
  })

  it("names the gate by its area and variant", () => {
    const rows = [row("ferrule", 60), row("effect", 100)]
    expect(judge(rows, gateOf(ratio, 0.6))?.area).toBe("area: variant")
    expect(judge(rows, { ...gateOf(ratio, 0.6), variant: "" })?.area).toBe("area")
  })

  it("tells the ratio of what the threads worked, and does not judge by it", () => {
    const rows = [row("ferrule", 60, { cpu: 90 }), row("effect", 100, { cpu: 100 })]
    expect(judge(rows, gateOf(ratio, 0.6))).toMatchObject({ byCpu: 0.9, ok: true })
  })

  it("does not judge what was not measured", () => {
    expect(judge([row("ferrule", 60)], gateOf(ratio, 0.6))).toBeUndefined()
  })
})
