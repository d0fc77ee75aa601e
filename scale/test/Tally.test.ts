import { expect, it } from "vitest"
import { Tally } from "../src/Tally.ts"

const tally = (...indexes: ReadonlyArray<number>) => {
  const tally = new Tally("cleanups", 3)
  for (const index of indexes) tally.add(index)
  return tally
}

it("a tally is content if each happened once", () => {
  expect(() => tally(2, 0, 1).check()).not.toThrow()
})

it("a tally says how many did not happen, and how many did more than once", () => {
  expect(() => tally(2, 2).check()).toThrow("cleanups: of 3 2 never, 1 more than once")
})

it("a tally does not count round to once", () => {
  expect(() => tally(0, 1, ...Array.from({ length: 257 }, () => 2)).check()).toThrow("0 never, 1 more than once")
})

it("a tally refuses a number that there is not", () => {
  expect(() => tally(3)).toThrow("there is no number 3")
})
