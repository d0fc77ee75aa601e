import { describe, expect, it } from "vitest"
import { areas } from "../src/areas.ts"
import { knownRules } from "../src/semantics.ts"
import { unscheduledRules, unscheduledSections } from "../src/unscheduled.ts"

const programs = areas.flatMap(({ programs }) => programs)
const claimed = new Set<string>(programs.flatMap(({ rules }) => rules))
const rules = knownRules()
const byItself = new Set(Object.keys(unscheduledRules))
const bySection = new Set<string>(rules.filter(({ section }) => section in unscheduledSections).map(({ id }) => id))

describe("each rule of the semantics", () => {
  it("is claimed by a program that is explored, or stands in the list of those that are not, with the reason", () => {
    const missing = rules.filter(({ id }) => !claimed.has(id) && !byItself.has(id) && !bySection.has(id))
    // A new rule: write a program for it in exploration/src/programs, or say in unscheduled.ts why there is none.
    expect(missing.map(({ id }) => id)).toEqual([])
  })

  it("stands in that list by itself only if no program claims it", () => {
    expect([...byItself].filter((id) => claimed.has(id) || bySection.has(id))).toEqual([])
  })

  it("that a program or the list names is one of the semantics", () => {
    const known = new Set<string>(rules.map(({ id }) => id))
    expect([...claimed, ...byItself].filter((id) => !known.has(id))).toEqual([])
    const sections = new Set(rules.map(({ section }) => section))
    expect(Object.keys(unscheduledSections).filter((name) => !sections.has(name))).toEqual([])
  })
})

it("every program has a claim of its own, and names a rule", () => {
  const claims = programs.map(({ claim }) => claim)
  expect(claims.filter((claim, index) => claims.indexOf(claim) !== index)).toEqual([])
  expect(programs.filter(({ rules }) => rules.length === 0)).toEqual([])
})
