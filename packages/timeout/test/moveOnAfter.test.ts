import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Timeout from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

it.effect(
  "moveOnAfter gives none when the deadline has passed and the cleanup has ended, else some value [TO-03]",
  () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep(20))
      const [late, inTime] = [
        yield* start(Timeout.moveOnAfter(slow, 100)),
        yield* start(Effect.as(Effect.sleep(60), "v").pipe(Timeout.moveOnAfter(100)))
      ]
      yield* TestClock.adjust(100)
      expect(yield* Fiber.join(inTime)).toEqual(Option.some("v"))
      expect(late.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(20)
      expect(yield* Fiber.join(late)).toEqual(Option.none())
    })
)

it.effect("moveOnAt goes by the clock; a time that has passed lets only the synchronous start run", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const at = yield* CancelScope.after(10)
    const fiber = yield* start(Timeout.moveOnAt(Effect.never, at))
    yield* TestClock.adjust(10)
    expect(yield* Fiber.join(fiber)).toEqual(Option.none())
    expect(yield* Effect.succeed(1).pipe(Timeout.moveOnAt(at))).toEqual(Option.some(1))
    expect(yield* Timeout.moveOnAt(Effect.yieldNow, at)).toEqual(Option.none())
  })
)

it.effect("an inner error passes, an inner expiry too; an outer one comes first when both are due [TO-08, TO-09]", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const inner = yield* start(Timeout.moveOnAfter(Timeout.failAfter(Effect.never, 10), 1000).pipe(Effect.flip))
    const outer = yield* start(Timeout.moveOnAfter(Timeout.failAfter(Effect.sleep(2000), 1000), 100))
    const equal = yield* start(Timeout.moveOnAfter(Timeout.failAfter(Effect.never, 50), 50))
    yield* TestClock.adjust(100)
    expect(yield* Fiber.join(inner)).toBeInstanceOf(Timeout.DeadlineExceeded)
    expect(yield* Fiber.join(outer)).toEqual(Option.none())
    expect(yield* Fiber.join(equal)).toEqual(Option.none())
  })
)

it.live(
  "after an expiry a failure of the cleanup is the failure, typed or not: none has nothing it could ride on [D16]",
  () =>
    leavesNothing(
      Effect.gen(function* () {
        const died = yield* Effect.exit(Timeout.moveOnAfter(Effect.ensuring(Effect.never, Effect.die("cleanup")), 2))
        expect(Exit.isFailure(died) && Cause.squash(died.cause)).toBe("cleanup")
        const stubborn = Effect.uninterruptible(Effect.andThen(Effect.sleep(6), Effect.fail("late")))
        expect(yield* Effect.flip(Timeout.moveOnAfter(stubborn, 2))).toBe("late")
      })
    )
)

it.live("a cancel from outside passes through", () =>
  leavesNothing(
    Effect.gen(function* () {
      const fiber = yield* start(Timeout.moveOnAfter(Effect.never, "1 hour"))
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
    })
  )
)

it.live("NaN is a defect that names the argument [TO-07]", () =>
  Effect.gen(function* () {
    const exits = [
      yield* Effect.exit(Timeout.moveOnAfter(Effect.void, Number.NaN)),
      yield* Effect.exit(Timeout.moveOnAt(Effect.void, Number.NaN))
    ]
    expect(exits.map((exit) => Exit.isFailure(exit) && String(Cause.squash(exit.cause)))).toEqual([
      expect.stringContaining("duration of Timeout.moveOnAfter"),
      expect.stringContaining("time of Timeout.moveOnAt")
    ])
  })
)
