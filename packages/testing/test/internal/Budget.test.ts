import { expect, it } from "vitest"
import { Budget } from "../../src/internal/Budget.ts"

it("steps count from the last time that virtual time moved", () => {
  const budget = new Budget(10, 1_000, 0)
  expect(budget.verdict(10, 5)).toBe(undefined)
  expect(budget.verdict(11, 5)).toBe("spins")
  budget.moved(11, 5)
  expect([budget.stepsHere(21), budget.verdict(21, 5), budget.verdict(22, 5)]).toEqual([10, undefined, "spins"])
})

it("late is who has used up the real time; who stood still for half of it stands", () => {
  const budget = new Budget(10, 1_000, 0)
  expect(budget.verdict(0, 1_000)).toBe(undefined)
  expect(budget.verdict(0, 1_001)).toBe("stands")
  budget.moved(0, 600)
  expect(budget.verdict(0, 1_001)).toBe("late")
  expect(budget.verdict(0, 1_101)).toBe("stands")
})

it("a renewed budget begins anew", () => {
  const budget = new Budget(10, 1_000, 0)
  budget.renew(100, 50, 2_000)
  expect([budget.verdict(60, 2_100), budget.verdict(61, 2_100), budget.verdict(50, 2_101)]).toEqual([
    undefined,
    "spins",
    "stands"
  ])
})
