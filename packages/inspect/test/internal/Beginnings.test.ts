import * as fc from "fast-check"
import { expect, it } from "@effect/vitest"
import { Beginnings } from "../../src/internal/Beginnings.ts"

it("a number is known to have begun when it did, whatever the order [S-314]", () => {
  const step = fc.record({ pass: fc.nat(3), number: fc.nat(60), ends: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const beginnings = new Beginnings()
      const model = new Map<number, number>()
      let now = 0
      beginnings.now(now)
      for (const { ends, number, pass } of steps) {
        if (pass > 0) beginnings.now((now += pass))
        if (ends) {
          beginnings.ends(number)
          model.delete(number)
        } else if (!model.has(number)) {
          beginnings.begins(number, now)
          model.set(number, now)
        }
      }
      expect([...model.keys()].map((number) => [number, beginnings.of(number)])).toEqual([...model])
    }),
    { numRuns: 2000 }
  )
})

it("when a task began is right to a thousandth of the age after a million times, of which it keeps few [S-314]", () => {
  const beginnings = new Beginnings()
  const million = 1_000_000
  for (let number = 0; number < million; number++) {
    beginnings.now(number)
    beginnings.begins(number, number)
  }
  for (const age of [1, 10, 999, 5000, 100_000, 999_999]) {
    const began = million - age
    const error = began - beginnings.of(began)
    expect(error).toBeGreaterThanOrEqual(0)
    expect(error).toBeLessThanOrEqual(age / 1000)
  }
  expect(beginnings.times.length).toBeLessThan(30_000)
})
