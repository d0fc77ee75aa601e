import { expect, it } from "vitest"
import { wakes } from "../../src/rules/wakes.ts"
import { mutantsOf } from "../support/mutantsOf.ts"

it("drops a call that stands alone, with its optional chain", () => {
  expect(mutantsOf(wakes, "this.queue.enqueue(item)")).toEqual(["void 0, (undefined)"])
  expect(mutantsOf(wakes, "if (on) this.caller?.give(exit)")).toEqual(["if (on) void 0, (undefined)"])
})

it("drops what a function gives, and each arm of a choice between wakes", () => {
  expect(mutantsOf(wakes, "const f = () => item.wake()")).toEqual(["const f = () => (undefined)"])
  expect(mutantsOf(wakes, "const due = () => (late ? fire() : arm())")).toEqual([
    "const due = () => (late ? (undefined) : arm())",
    "const due = () => (late ? fire() : (undefined))"
  ])
})

it("drops the call around another one, and that one by itself", () => {
  expect(mutantsOf(wakes, "queue.enqueue({ wake: () => resume(done) })")).toEqual([
    "void 0, (undefined)",
    "queue.enqueue({ wake: () => (undefined) })"
  ])
})

it("leaves calls whose value goes into something else", () => {
  expect(mutantsOf(wakes, "const given = slot.give(value)\nif (tellFirst(fiber)) look()")).toEqual([])
})

it("leaves the functions of Effect, observers, and functions that only share the name of a method", () => {
  expect(mutantsOf(wakes, "const f = () => Effect.fail(error)")).toEqual([])
  expect(mutantsOf(wakes, "watch.tell((to) => to)")).toEqual([])
  expect(mutantsOf(wakes, "drain(source, handle)")).toEqual([])
})
