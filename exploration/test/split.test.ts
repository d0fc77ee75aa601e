import { expect, it } from "vitest"
import { split } from "../src/split.ts"

it("all programs of a package together have at least as many schedules as were asked for, a part by priorities", () => {
  for (const programs of [1, 7, 21, 63]) {
    const { priorities, random } = split(100_000, programs)
    expect((random + priorities) * programs).toBeGreaterThanOrEqual(100_000)
    expect(priorities).toBeGreaterThan(0)
  }
})
