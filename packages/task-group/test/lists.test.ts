import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

it.effect("all gives the values in the order of the list when the last has ended [RU-04]", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const fiber = yield* start(TaskGroup.all([10, 5, 15].map((millis) => Effect.as(Effect.sleep(millis), millis))))
    yield* TestClock.adjust(14)
    expect(fiber.pollUnsafe()).toBe(undefined)
    yield* TestClock.adjust(1)
    expect(yield* Fiber.join(fiber)).toEqual([10, 5, 15])
  })
)

it.live("all of nothing is nothing, of a tuple a tuple, of a record a record with its keys in order [RU-04]", () =>
  leavesNothing(
    Effect.gen(function* () {
      expect(yield* TaskGroup.all([])).toEqual([])
      expect(yield* TaskGroup.all({})).toEqual({})
      expect(yield* TaskGroup.all([Effect.succeed("a"), Effect.as(Effect.yieldNow, 1)])).toEqual(["a", 1])
      const record = yield* TaskGroup.all({ b: Effect.delay(Effect.succeed(1), 2), a: Effect.succeed(undefined) })
      expect(Object.entries(record)).toEqual([
        ["b", 1],
        ["a", undefined]
      ])
    })
  )
)

it.live("all gives its own values each time it runs, and leaves the list it was given alone", () =>
  leavesNothing(
    Effect.gen(function* () {
      let runs = 0
      const tasks = [Effect.sync(() => ++runs)]
      const both = TaskGroup.all(tasks)
      expect([yield* both, yield* both]).toEqual([[1], [2]])
      expect(Effect.isEffect(tasks[0])).toBe(true)
    })
  )
)

it.live("all fails with the first error, and cancels and awaits the rest [RU-04]", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      const slow = Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(
          Effect.sleep(2),
          Effect.sync(() => entries.push("cleaned up"))
        )
      )
      const failing = Effect.andThen(Effect.sleep(1), Effect.fail("e"))
      expect(yield* Effect.flip(TaskGroup.all({ slow, failing }))).toBe("e")
      expect(entries).toEqual(["cleaned up"])
    })
  )
)

it.live("all keeps two failures of one instant", () =>
  leavesNothing(
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TaskGroup.all([Effect.fail("a"), Effect.fail("b"), Effect.fail("a")]))
      expect(
        Exit.isFailure(exit) && exit.cause.reasons.map((reason) => Cause.isFailReason(reason) && reason.error)
      ).toEqual(["a", "b", "a"])
    })
  )
)
