import { expect, it } from "vitest"
import { scenarioIds } from "../src/scenarioIds.ts"
import { scenarios } from "../src/scenarios.ts"

it("the list holds every id of the specification once", () => {
  expect(scenarioIds).toHaveLength(189)
  expect(new Set(scenarioIds).size).toBe(189)
  expect(scenarioIds.filter((id) => !/^[A-Z]{2}-\d\d$/.test(id))).toEqual([])
})

it("every scenario with a program has an id of the list, and no two have the same", () => {
  const ids = scenarios.map(({ id }) => id)
  expect(ids.filter((id) => !scenarioIds.includes(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})
