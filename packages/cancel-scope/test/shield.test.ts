import { failureHook, type Report } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

describe("shield", () => {
  it.live("keeps an outer cancel and a foreign interrupt out to the end, and then lets it through [CS-05]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const work = Effect.andThen(Effect.sleep(3), log(entries, "done")).pipe(CancelScope.shield)
        const scope = yield* CancelScope.make("s")
        const fiber = yield* start(CancelScope.enter(scope)(Effect.andThen(work, log(entries, "after"))))
        yield* scope.cancel()
        expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
        const foreign = yield* start(Effect.andThen(work, log(entries, "after")))
        yield* Fiber.interrupt(foreign)
        expect(entries).toEqual(["done", "done"])
      })
    )
  )

  it.live("is not pierced by Effect.interruptible inside", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const work = Effect.interruptible(Effect.andThen(Effect.sleep(3), log(entries, "done")))
        const fiber = yield* start(CancelScope.shield(work))
        yield* Fiber.interrupt(fiber)
        expect(entries).toEqual(["done"])
      })
    )
  )

  it.live("gives value and failure as they are when nobody cancels", () =>
    leavesNothing(
      Effect.gen(function* () {
        expect(yield* CancelScope.shield(Effect.succeed(1))).toBe(1)
        expect(yield* CancelScope.shield(Effect.fail("e")).pipe(Effect.flip)).toBe("e")
        const interrupted = yield* Effect.exit(CancelScope.shield(Effect.interrupt))
        expect(Exit.hasInterrupts(interrupted)).toBe(true)
      })
    )
  )

  it.live("a typed error that nobody can catch any more goes to the failure hook [TO-12]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const reports: Array<Report> = []
        const outcome = yield* CancelScope.run("s", (scope) =>
          CancelScope.shield(
            Effect.andThen(
              Effect.sync(() => scope.cancelUnsafe()),
              Effect.andThen(Effect.sleep(1), Effect.fail("late"))
            )
          )
        ).pipe(Effect.provideService(failureHook, (report) => log(reports, report)))
        expect(outcome._tag).toBe("Cancelled")
        expect(reports.map(({ cause, kind }) => [kind, Cause.squash(cause)])).toEqual([["failure", "late"]])
      })
    )
  )
})

describe("shieldFor", () => {
  it.effect("lets an outer cancel in when its limit has come, and awaits the cleanup [XK-01]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<unknown> = []
      const scope = yield* CancelScope.make("s")
      const work = Effect.sleep(200).pipe(
        Effect.onInterrupt(() => Effect.andThen(Effect.sleep(20), log(entries, "cleaned up")))
      )
      const fiber = yield* start(CancelScope.enter(scope)(CancelScope.shieldFor(50)(work)))
      yield* TestClock.adjust(10)
      yield* scope.cancel()
      yield* TestClock.adjust(39)
      expect(entries).toEqual([])
      yield* TestClock.adjust(20)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect([(yield* Fiber.join(fiber))._tag, entries]).toEqual(["Cancelled", ["cleaned up"]])
    })
  )

  it.effect("goes on past its limit when nobody cancels, and is open to a cancel from then on [XK-01]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const fiber = yield* start(CancelScope.shieldFor(50)(Effect.as(Effect.sleep(200), "v")))
      yield* TestClock.adjust(200)
      expect(yield* Fiber.join(fiber)).toBe("v")
      const scope = yield* CancelScope.make("s")
      const open = yield* start(CancelScope.enter(scope)(CancelScope.shieldFor(50)(Effect.never)))
      yield* TestClock.adjust(60)
      yield* scope.cancel()
      expect((yield* Fiber.join(open))._tag).toBe("Cancelled")
    })
  )

  it.live("leaves no timer behind, and NaN is a defect that names the limit [TO-07]", () =>
    leavesNothing(
      Effect.gen(function* () {
        yield* CancelScope.shieldFor("1 hour")(Effect.yieldNow)
        const exit = yield* Effect.exit(CancelScope.shieldFor(Number.NaN)(Effect.void))
        expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("limit of CancelScope.shieldFor")
      })
    )
  )
})
