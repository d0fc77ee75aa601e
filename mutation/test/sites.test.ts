import { expect, it } from "vitest"
import { sitesIn } from "../src/sites.ts"
import { parse } from "../src/syntax.ts"

const ids = (code: string): ReadonlyArray<string> => sitesIn(parse("a.ts", code)).map(({ id }) => id)

it("knows a site by what it stands in, and not by its line", () => {
  const code = "class Line {\n  leave(): void {\n    this.waiter.give(1)\n  }\n}"
  expect(ids(code)).toEqual(["wakes a.ts Line.leave: this.waiter.give(1)"])
  expect(ids(`\n\n${code}`)).toEqual(ids(code))
})

it("numbers those that are alike", () => {
  expect(ids("const f = () => {\n  a.wake()\n  a.wake()\n}")).toEqual([
    "wakes a.ts f: a.wake()",
    "wakes a.ts f: a.wake() (2)"
  ])
})

it("says which are evaluated as the module is loaded", () => {
  const sites = sitesIn(parse("a.ts", "const x = 1 < 2\nconst f = () => 1 < 2"))
  expect(sites.map(({ onLoad }) => onLoad)).toEqual([true, false])
})
