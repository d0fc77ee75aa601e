import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import * as CancelScope from "../src/index.ts"

it.effect("now goes by the clock in force, in milliseconds", () =>
  Effect.gen(function* () {
    const start = yield* CancelScope.now
    yield* TestClock.adjust("2 seconds")
    expect((yield* CancelScope.now) - start).toBe(2000)
  })
)

it.live("now never goes back", () =>
  Effect.gen(function* () {
    let last = yield* CancelScope.now
    for (let i = 0; i < 1000; i++) {
      const next = yield* CancelScope.now
      expect(next).toBeGreaterThanOrEqual(last)
      last = next
    }
  })
)

it.effect("after adds a duration to now; a negative one is 0, NaN is a defect that names it [TO-07]", () =>
  Effect.gen(function* () {
    const now = yield* CancelScope.now
    expect(yield* CancelScope.after("2 seconds")).toBe(now + 2000)
    expect(yield* CancelScope.after(-5)).toBe(now)
    expect(yield* CancelScope.after(Infinity)).toBe(Infinity)
    const exit = yield* Effect.exit(CancelScope.after(Number.NaN))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("duration of CancelScope.after")
  })
)
