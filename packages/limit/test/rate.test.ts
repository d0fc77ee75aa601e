import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing, VirtualClock } from "@ferrule/testing"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Limit from "../src/index.ts"
import { figures, now, start, upTo } from "./support/running.ts"

/** When each of so many starts that all want to at once. */
const startsOf = (limit: Limit.Limit, count: number) =>
  Effect.flatMap(
    Effect.forEach(upTo(count), () => start(limit(now))),
    (fibers) => Effect.forEach(fibers, (fiber) => Fiber.join(fiber))
  )

describe("a rate", () => {
  it.effect("lets a burst start at once, and the others on the beat, in order", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 10, per: "1 second", burst: 3 })
        const waiting = yield* Effect.forEach(upTo(6), () => start(limit(now)))
        expect(yield* figures(limit)).toEqual({ borrowed: 3, waiting: 3 })
        expect(yield* VirtualClock.timers).toBe(1)
        expect(yield* Effect.forEach(waiting, (fiber) => Fiber.join(fiber))).toEqual([0, 0, 0, 100, 200, 300])
        expect(yield* figures(limit)).toEqual({ borrowed: 3, waiting: 0 })
        yield* Effect.sleep(250)
        expect(yield* figures(limit)).toEqual({ borrowed: 1, waiting: 0 })
        expect(yield* startsOf(limit, 3)).toEqual([550, 550, 600])
      })
    )
  )

  it.effect("spaces evenly without a burst, whatever the numbers", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 3, per: "1 second" })
        const starts = yield* startsOf(limit, 301)
        expect(starts.map(Math.round)).toEqual(upTo(301).map((n) => Math.round((n * 1000) / 3)))
        expect(starts[300]).toBeCloseTo(100_000, 6)
      })
    )
  )

  it.effect("limits starts, not what has started", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 1, per: 10 })
        const slow = limit(Effect.andThen(Effect.sleep(1000), now))
        const fibers = [yield* start(slow), yield* start(slow)]
        expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toEqual([1000, 1010])
      })
    )
  )

  it.effect("one who is cancelled leaves the line; with the last one goes the timer", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 1, per: 100 })
        yield* limit(Effect.void)
        const [gone, next] = [yield* start(limit(now)), yield* start(limit(now))]
        yield* Fiber.interrupt(gone)
        expect([yield* VirtualClock.timers, (yield* figures(limit)).waiting]).toEqual([1, 1])
        expect(yield* Fiber.join(next)).toBe(100)
        const last = yield* start(limit(now))
        yield* Fiber.interrupt(last)
        expect([yield* VirtualClock.timers, (yield* figures(limit)).waiting]).toEqual([0, 0])
      })
    )
  )

  it.effect("loses no start, also when those who wait are cancelled at the very instant of their turn", () =>
    Effect.gen(function* () {
      let atTheirTurn = 0
      for (const seed of upTo(300)) {
        const program = Effect.gen(function* () {
          const limit = yield* Limit.rate({ times: 1, per: 100 })
          const starts: Array<number> = []
          const note = Effect.map(now, (at) => starts.push(at))
          const fibers = yield* Effect.forEach(upTo(8), () => Effect.forkChild(limit(note)))
          const cancel = Effect.forEach(
            [1, 2, 3],
            (beat) =>
              Effect.andThen(
                Effect.sleep(100),
                Effect.sync(() => fibers[(beat * (seed + 1)) % 8]!.interruptUnsafe())
              ),
            { discard: true }
          )
          yield* cancel
          const exits = yield* Effect.forEach(fibers, (fiber) => Fiber.await(fiber))
          return { starts, ended: exits.filter(Exit.isSuccess).length }
        })
        const { starts, ended } = yield* VirtualClock.run(program, { seed })
        // Who was let in and then cancelled has started, or another did at that instant.
        expect(starts).toEqual(upTo(starts.length).map((beat) => beat * 100))
        expect(starts.length).toBeGreaterThanOrEqual(ended)
        if (ended < 8) atTheirTurn++
      }
      expect(atTheirTurn).toBeGreaterThan(100)
    })
  )

  it.effect("who comes at the very instant of a start does not wait", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 1, per: 100 })
        yield* limit(Effect.void)
        yield* Effect.sleep(100)
        expect((yield* start(limit(now))).pollUnsafe()).toEqual(Exit.succeed(100))
      })
    )
  )

  it.effect("who waits in cleanup has its turn, also if it came in the step that cancelled its scope [S-282]", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 1, per: 1000 })
        yield* limit(Effect.void)
        let cancel: Effect.Effect<void> = Effect.void
        let started: number | undefined
        const waiting = yield* start(
          CancelScope.run("outer", (scope) => {
            cancel = scope.cancel()
            return Effect.uninterruptible(limit(Effect.map(now, (at) => void (started = at))))
          })
        )
        yield* Effect.sleep(10)
        yield* Effect.andThen(cancel, limit.resize(Infinity))
        yield* Fiber.await(waiting)
        expect(started).toBe(10)
      })
    )
  )

  it.effect("in a scope that was cancelled nothing starts, and nothing counts as started [S-6]", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 1, per: 100 })
        let started = false
        const outcome = yield* CancelScope.run("scope", (scope) =>
          Effect.uninterruptible(
            Effect.gen(function* () {
              yield* scope.cancel()
              yield* Effect.interruptible(limit(Effect.sync(() => (started = true))))
            })
          )
        )
        expect([outcome._tag, started]).toEqual(["Cancelled", false])
        expect(yield* figures(limit)).toEqual({ borrowed: 0, waiting: 0 })
      })
    )
  )

  it.effect("at 0 nobody starts and no timer is armed; raised, those who wait start on the new beat [SY-09]", () =>
    VirtualClock.run(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 10, per: 1000 })
        yield* limit(Effect.void)
        yield* limit.resize(0)
        const fibers = yield* Effect.forEach(upTo(3), () => start(limit(now)))
        expect([yield* VirtualClock.timers, (yield* figures(limit)).waiting]).toEqual([0, 3])
        yield* Effect.sleep(5000)
        expect((yield* figures(limit)).waiting).toBe(3)
        yield* limit.resize(20)
        expect(yield* VirtualClock.timers).toBe(1)
        expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toEqual([5050, 5100, 5150])
      })
    )
  )

  it.effect("is as good on any other clock", () =>
    Effect.gen(function* () {
      const limit = yield* Limit.rate({ times: 10, per: 1000, burst: 2 })
      const fibers = yield* Effect.forEach(upTo(4), () => start(limit(now)))
      expect(fibers.filter((fiber) => fiber.pollUnsafe() !== undefined)).toHaveLength(2)
      yield* TestClock.adjust(1000)
      expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toHaveLength(4)
    })
  )

  it.live("waits on the real clock as well, never less than it must, and leaves no timer", () =>
    leavesNothing(
      Effect.gen(function* () {
        const limit = yield* Limit.rate({ times: 500, per: "1 second" })
        const began = yield* Clock.monotonicTimeNanos
        yield* startsOf(limit, 11)
        const took = Number((yield* Clock.monotonicTimeNanos) - began) / 1e6
        expect(took).toBeGreaterThanOrEqual(20 - 2)
        const gone = yield* start(limit(Effect.never))
        yield* Fiber.interrupt(gone)
      })
    )
  )
})

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect.each([
  [{ times: -1, per: 1 }, "the times of Limit.rate is -1"],
  [{ times: 0.5, per: 1 }, "the times of Limit.rate is 0.5"],
  [{ times: NaN, per: 1 }, "the times of Limit.rate is NaN"],
  [{ times: 1, per: 0 }, "the per of Limit.rate is 0"],
  [{ times: 1, per: -5 }, "the per of Limit.rate is 0"],
  [{ times: 1, per: Infinity }, "the per of Limit.rate is Infinity"],
  [{ times: 1, per: NaN }, "the per of Limit.rate is"],
  [{ times: 1, per: 1, burst: 0 }, "the burst of Limit.rate is 0"],
  [{ times: 1, per: 1, burst: 1.5 }, "the burst of Limit.rate is 1.5"]
] as const)("a rate of %o is a defect that names what is wrong", ([options, message]) =>
  Effect.gen(function* () {
    expect(defectOf(yield* Effect.exit(Limit.rate(options)))).toContain(message)
    const limit = yield* Limit.rate({ times: 1, per: 1 })
    expect(defectOf(yield* Effect.exit(limit.resize(-1)))).toContain("the new limit is -1")
  })
)
