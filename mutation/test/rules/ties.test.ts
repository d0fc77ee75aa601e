import { expect, it } from "vitest"
import { ties } from "../../src/rules/ties.ts"
import { mutantsOf } from "../support/mutantsOf.ts"

it.each([
  ["a < b", "a <= b"],
  ["a <= b", "a < b"],
  ["a > b", "a >= b"],
  ["a >= b", "a > b"]
])("turns %s into %s", (code, mutant) => {
  expect(mutantsOf(ties, `const x = ${code}`)).toEqual([`const x = ${mutant}`])
})

it("turns one at a time, the operator and nothing before it", () => {
  expect(mutantsOf(ties, "const x = (one<two>(a)) < b && c > d")).toEqual([
    "const x = (one<two>(a)) <= b && c > d",
    "const x = (one<two>(a)) < b && c >= d"
  ])
})

it("leaves equality, arithmetic and types", () => {
  expect(mutantsOf(ties, "const x: Map<A, B> = a === b ? c >> 1 : f<A>(d)")).toEqual([])
})
