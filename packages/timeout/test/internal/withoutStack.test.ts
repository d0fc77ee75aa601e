import { expect, it } from "vitest"
import { withoutStack } from "../../src/internal/withoutStack.ts"

it("makes an error that has a name and a message, and no frames; others keep theirs [S-107]", () => {
  const error = withoutStack(() => new TypeError("late"))
  expect(error.stack).toBe("TypeError: late")
  expect(new Error("other").stack).toContain("withoutStack.test")
})

it("sets the limit back when the making throws [S-107]", () => {
  const before = Error.stackTraceLimit
  expect(() =>
    withoutStack(() => {
      throw new Error("boom")
    })
  ).toThrow("boom")
  expect(Error.stackTraceLimit).toBe(before)
})

it("where the limit cannot be set, the error is made all the same [S-107]", () => {
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")!
  Object.defineProperty(Error, "stackTraceLimit", { ...limit, writable: false })
  const error = withoutStack(() => new Error("late"))
  Object.defineProperty(Error, "stackTraceLimit", limit)
  expect(error.message).toBe("late")
})
