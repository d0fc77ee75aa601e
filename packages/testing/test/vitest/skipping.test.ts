import { beforeAll, expect, it } from "vitest"
import { reportOf } from "./reportOf.ts"

let said: ReadonlyMap<string, ReadonlyArray<string>>

beforeAll(async () => {
  said = await reportOf("skipping")
}, 60_000)

it.each(["skipped", "skipped if so", "not run if not", "skipped by an option"])(
  "a test that is %s is not run",
  (test) => {
    expect(said.get(test)).toEqual([])
  }
)

it.each(["not skipped if not", "run if so"])("a test that is %s is run", (test) => {
  expect(said.get(test)?.join("\n")).toContain("it was run")
})
