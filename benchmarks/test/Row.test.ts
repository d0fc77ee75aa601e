import { describe, expect, it } from "vitest"
import { mean, median } from "../src/Row.ts"

describe("median", () => {
  it("is the middle sample, whatever their order", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([100, 2, 3, 1, 99])).toBe(3)
    expect(median([7])).toBe(7)
  })

  it("is the mean of the middle two of an even number", () => {
    expect(median([1, 10, 2, 4])).toBe(3)
  })

  it("is not moved by one sample that was disturbed", () => {
    expect(median([10, 11, 12, 13, 90_000])).toBe(12)
  })

  it("sorts by number, not by text", () => {
    expect(median([9, 10, 100])).toBe(10)
  })

  it("refuses no samples", () => {
    expect(() => median([])).toThrow("no samples")
  })
})

describe("mean", () => {
  it("counts what only one sample had", () => {
    expect(mean([0, 0, 0, 0, 5])).toBe(1)
  })

  it("refuses no samples", () => {
    expect(() => mean([])).toThrow("no samples")
  })
})
