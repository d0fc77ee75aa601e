import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

describe("checkpoint", () => {
  it.live("stops a computation whose scope was cancelled in the same turn, also between plain exits", () =>
    Effect.gen(function* () {
      let steps = 0
      const outcome = yield* CancelScope.run("s", function* (scope) {
        for (let i = 0; i < 1000; i++) {
          if (i === 10) scope.cancelUnsafe("enough")
          steps = i
          yield* Effect.void
          yield* CancelScope.checkpoint
        }
        return "to the end"
      })
      expect([outcome._tag, steps]).toEqual(["Cancelled", 10])
    })
  )

  it.live("does nothing where nobody asked for a cancel, and outside every scope", () =>
    Effect.gen(function* () {
      yield* CancelScope.checkpoint
      expect(yield* CancelScope.run("s", () => Effect.as(CancelScope.checkpoint, 1))).toEqual({
        _tag: "Completed",
        value: 1
      })
    })
  )

  it.live("does not stop cleanup", () =>
    Effect.gen(function* () {
      let cleaned = false
      const cleanup = Effect.andThen(
        CancelScope.checkpoint,
        Effect.sync(() => void (cleaned = true))
      )
      yield* CancelScope.run("s", (scope) =>
        Effect.andThen(scope.cancel(), Effect.never).pipe(Effect.ensuring(cleanup))
      )
      expect(cleaned).toBe(true)
    })
  )
})

describe("trace", () => {
  it.live("is none where no cancel has come", () =>
    Effect.gen(function* () {
      expect(yield* CancelScope.trace).toEqual(Option.none())
      const outcome = yield* CancelScope.run("s", () => CancelScope.trace)
      expect(outcome).toEqual({ _tag: "Completed", value: Option.none() })
    })
  )

  it.live("names the asker, the path and the time", () =>
    Effect.gen(function* () {
      const before = yield* CancelScope.now
      const outcome = yield* CancelScope.run("a", () =>
        CancelScope.run("b", (b) => CancelScope.run("c", () => Effect.andThen(b.cancel("x"), Effect.never)))
      )
      const after = yield* CancelScope.now
      if (outcome._tag !== "Completed" || outcome.value._tag !== "Cancelled") throw new Error("not cancelled")
      const { trace } = outcome.value
      expect(trace).toMatchObject({
        scope: "b",
        path: ["a", "b"],
        by: "c",
        reason: { _tag: "Requested", message: "x" }
      })
      expect(trace.at).toBeGreaterThanOrEqual(before)
      expect(trace.at).toBeLessThanOrEqual(after)
    })
  )
})

describe("the effective deadline", () => {
  it.effect("follows every move of every deadline that reaches the code [TO-13]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const seen: Array<number | undefined> = []
      const look = Effect.map(CancelScope.effectiveDeadline, (at) => void seen.push(Option.getOrUndefined(at)))
      const base = yield* CancelScope.now
      const fiber = yield* start(
        CancelScope.run({ name: "outer", deadline: base + 500 }, (outer) =>
          CancelScope.run({ name: "inner", deadline: base + 1000 }, (inner) =>
            Effect.gen(function* () {
              yield* look
              yield* inner.setDeadline(base + 300)
              yield* look
              yield* inner.setDeadline(base + 1000)
              yield* look
              yield* inner.setShield(true)
              yield* look
              yield* inner.setShield(false)
              yield* look
              yield* Effect.uninterruptible(Effect.andThen(outer.cancel(), look))
            })
          )
        )
      )
      yield* Fiber.join(fiber)
      yield* look
      expect(seen).toEqual([base + 500, base + 300, base + 500, base + 1000, base + 500, -Infinity, undefined])
    })
  )
})
