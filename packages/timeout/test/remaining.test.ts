import * as CancelScope from "@ferrule/cancel-scope"
import { expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Timeout from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const millis = Effect.map(Timeout.remaining, Option.map(Duration.toMillis))

it.effect(
  "remaining is none without a deadline, and counts down to the earliest that reaches the code [TO-04, TO-13]",
  () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      expect(yield* millis).toEqual(Option.none())
      const body = Effect.gen(function* () {
        const first = yield* millis
        yield* Effect.sleep(40)
        const shielded = yield* CancelScope.shield(millis)
        return [first, yield* millis, shielded]
      })
      const fiber = yield* start(Timeout.failAfter(Timeout.failAfter(body, 200), 100))
      yield* TestClock.adjust(40)
      expect(yield* Fiber.join(fiber)).toEqual([Option.some(100), Option.some(60), Option.none()])
    })
)

it.effect("remaining is 0, never less, when the deadline has passed or a cancel has come", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const seen: Array<unknown> = []
    const look = Effect.map(millis, (left) => void seen.push(left))
    const fiber = yield* start(Timeout.moveOnAfter(Effect.uninterruptible(Effect.andThen(Effect.sleep(30), look)), 10))
    yield* TestClock.adjust(30)
    yield* Fiber.join(fiber)
    yield* CancelScope.run("s", (scope) => Effect.uninterruptible(Effect.andThen(scope.cancel(), look)))
    expect(seen).toEqual([Option.some(0), Option.some(0)])
  })
)
