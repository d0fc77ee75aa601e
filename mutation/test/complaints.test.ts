import { expect, it } from "vitest"
import { complaints } from "../src/complaints.ts"

const site = { id: "wakes a.ts f: x.wake()", file: "a.ts", line: 3 }
const said = (caughtBy: string | null | undefined, why: Record<string, string> = {}) =>
  complaints([site], new Map(caughtBy === undefined ? [] : [[site.id, { caughtBy }]]), why)

it("is content with a mutant that is caught, or explained", () => {
  expect(said("a test")).toEqual([])
  expect(said(null, { [site.id]: "nobody waits" })).toEqual([])
})

it("names a site that nobody has tried, and says what to run", () => {
  expect(said(undefined)).toEqual([
    "no result for wakes a.ts f: x.wake() (a.ts:3): run `npx -y pnpm@12.21.0 run mutation`, and commit mutation/results.json"
  ])
})

it("names a mutant that no test notices, and one that is there no more", () => {
  expect(said(null)).toEqual([expect.stringContaining("no test notices wakes a.ts f: x.wake() (a.ts:3)")])
  expect(complaints([], new Map([["gone", { caughtBy: null }]]), {})).toEqual([
    expect.stringContaining("there is no gone any more")
  ])
})

it("names a reason that explains nothing", () => {
  expect(said("a test", { [site.id]: "nobody waits" })).toEqual([expect.stringContaining("which is caught")])
})
