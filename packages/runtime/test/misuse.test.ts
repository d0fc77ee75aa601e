import { expect, it } from "@effect/vitest"
import { GroupEnded, reasonFrom, ScopeReused } from "../src/index.ts"

it("the defects of misuse say what, which one, and what to do", () => {
  expect(new GroupEnded({ group: "crawl", task: "crawl/3" }).message).toBe(
    'cannot spawn "crawl/3": the group "crawl" has ended. Spawn before its body and last task have ended.'
  )
  expect(new ScopeReused({ scope: "upload" }).message).toBe(
    'cannot enter the cancel scope "upload": it was entered before. Make a new one for each entry.'
  )
})

it("a reason may be nothing, a message, or a whole reason", () => {
  expect(reasonFrom(undefined)).toEqual({ _tag: "Requested" })
  expect(reasonFrom("")).toEqual({ _tag: "Requested", message: "" })
  expect(reasonFrom("why")).toEqual({ _tag: "Requested", message: "why" })
  const reason = { _tag: "GroupClosed", group: "g" } as const
  expect(reasonFrom(reason)).toBe(reason)
})
