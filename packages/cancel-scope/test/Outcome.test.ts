import { expect, it } from "@effect/vitest"
import { getOrElse, type CancelTrace, type Outcome } from "../src/index.ts"

const trace: CancelTrace = { scope: "s", path: ["s"], reason: { _tag: "Requested" }, at: 1 }
const completed: Outcome<number> = { _tag: "Completed", value: 1 }
const cancelled: Outcome<number> = { _tag: "Cancelled", trace }

it("getOrElse gives the value of a completed scope, and what is made of the trace of a cancelled one, both ways round", () => {
  expect(getOrElse(completed, () => "other")).toBe(1)
  expect(getOrElse(cancelled, ({ scope }) => scope)).toBe("s")
  expect(getOrElse(() => "other")(completed)).toBe(1)
  expect(getOrElse(({ at }: CancelTrace) => at)(cancelled)).toBe(1)
})
