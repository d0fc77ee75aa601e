import * as CancelScope from "@ferrule/cancel-scope"
import { failureHook, type Report } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as Timeout from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const reasonsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> =>
  Exit.isFailure(exit)
    ? exit.cause.reasons.map((reason) =>
        reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : reason._tag
      )
    : []

describe("failAfter", () => {
  it.effect("fails with DeadlineExceeded when the deadline passes, after the cleanup [TO-01]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<unknown> = []
      const start_ = yield* CancelScope.now
      const cleanup = Effect.flatMap(CancelScope.trace, (trace) =>
        Effect.andThen(
          Effect.sleep(20),
          log(
            entries,
            trace.pipe((t) => t._tag === "Some" && t.value.reason._tag)
          )
        )
      )
      const slow = Effect.onInterrupt(Effect.sleep(10_000), () => cleanup)
      const fiber = yield* start(Effect.flip(Timeout.failAfter(slow, 10)))
      yield* TestClock.adjust(29)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      expect(error).toBeInstanceOf(Timeout.DeadlineExceeded)
      expect(error.deadline).toBe(start_ + 10)
      expect(entries).toEqual(["DeadlinePassed"])
    })
  )

  it.live(
    "gives value and failure as they are in time, data first and data last, and leaves no timer [TO-02, TO-10]",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          expect(yield* Timeout.failAfter(Effect.as(Effect.sleep(2), "v"), "1 hour")).toBe("v")
          expect(yield* Effect.succeed("v").pipe(Timeout.failAfter("1 hour", { label: "x" }))).toBe("v")
          expect(yield* Effect.flip(Timeout.failAfter(Effect.andThen(Effect.sleep(1), Effect.fail("e")), 10_000))).toBe(
            "e"
          )
          expect(reasonsOf(yield* Effect.exit(Timeout.failAfter(Effect.die("d"), 10_000)))).toEqual(["d"])
        })
      )
  )

  it.live("with a spent budget runs up to the first wait, and no further [TO-05, TO-06]", () =>
    leavesNothing(
      Effect.gen(function* () {
        for (const spent of [0, -11, Number.NEGATIVE_INFINITY]) {
          expect(yield* Timeout.failAfter(Effect.succeed("ready"), spent)).toBe("ready")
          const entries: Array<unknown> = []
          const waits = Effect.andThen(log(entries, "started"), Effect.andThen(Effect.yieldNow, log(entries, "waited")))
          expect(yield* Effect.flip(Timeout.failAfter(waits, spent))).toBeInstanceOf(Timeout.DeadlineExceeded)
          expect(entries).toEqual(["started"])
        }
      })
    )
  )

  it.effect("an infinite budget arms nothing and never passes [TO-04]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const fiber = yield* start(Timeout.failAfter(Effect.as(Effect.sleep("3000 days"), "v"), Infinity))
      yield* TestClock.adjust("3000 days")
      expect(yield* Fiber.join(fiber)).toBe("v")
    })
  )

  it.effect("a ten-year deadline neither comes early nor is lost [TO-20]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const inTime = yield* start(Timeout.failAfter(Effect.as(Effect.sleep("1 day"), "v"), "3650 days"))
      const late = yield* start(Effect.flip(Timeout.failAfter(Effect.never, "3650 days")))
      yield* TestClock.adjust("1 day")
      expect(yield* Fiber.join(inTime)).toBe("v")
      yield* TestClock.adjust("3649 days")
      expect(yield* Fiber.join(late)).toBeInstanceOf(Timeout.DeadlineExceeded)
    })
  )

  it.live("NaN and unreadable lengths are defects that name the argument, and nothing runs [TO-07]", () =>
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      for (const input of [Number.NaN, Infinity - Infinity, "soon" as "1 second"]) {
        const exit = yield* Effect.exit(Timeout.failAfter(log(entries, "ran"), input))
        expect(String(reasonsOf(exit)[0])).toContain("duration of Timeout.failAfter")
      }
      expect(entries).toEqual([])
    })
  )

  it.effect("counts from the time it is entered, each time anew [TO-15]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const limited = Effect.exit(Timeout.failAfter(Effect.sleep(8), 5))
      yield* TestClock.adjust(3000)
      for (const _ of [1, 2]) {
        const fiber = yield* start(limited)
        yield* TestClock.adjust(4)
        expect(fiber.pollUnsafe()).toBe(undefined)
        yield* TestClock.adjust(1)
        expect(Exit.isFailure(yield* Fiber.join(fiber))).toBe(true)
      }
    })
  )

  it.live("a loop that only yields is ended on the real clock [TO-18]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const startedAt = performance.now()
        yield* Effect.flip(Timeout.failAfter(Effect.forever(Effect.yieldNow), 20))
        const took = performance.now() - startedAt
        expect(took).toBeGreaterThanOrEqual(20)
        expect(took).toBeLessThan(1000)
      })
    )
  )

  it.live("a body that ends with its timer, one yield later, keeps its value", () =>
    leavesNothing(
      Effect.gen(function* () {
        const at = (yield* CancelScope.now) + 5
        const body = Effect.gen(function* () {
          while ((yield* CancelScope.now) < at) yield* Effect.yieldNow
          return "v"
        })
        expect(yield* Timeout.failAt(body, at)).toBe("v")
      })
    )
  )
})

describe("failAt", () => {
  it.effect("goes by the clock, data first and data last", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const at = yield* CancelScope.after(100)
      yield* TestClock.adjust(60)
      const fibers = [
        yield* start(Effect.flip(Timeout.failAt(Effect.never, at))),
        yield* start(Effect.flip(Effect.never.pipe(Timeout.failAt(at, { label: "l" }))))
      ]
      yield* TestClock.adjust(39)
      expect(fibers.map((fiber) => fiber.pollUnsafe())).toEqual([undefined, undefined])
      yield* TestClock.adjust(1)
      for (const fiber of fibers) expect((yield* Fiber.join(fiber)).deadline).toBe(at)
    })
  )

  it.live("NaN is a defect that names the argument [TO-07]", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Timeout.failAt(Effect.void, Number.NaN))
      expect(String(reasonsOf(exit)[0])).toContain("time of Timeout.failAt")
    })
  )
})

describe("nested deadlines", () => {
  it.effect("the earlier one ends the region, whether it is the outer or the inner [TO-08, TO-09]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<unknown> = []
      const nested = (outer: number, inner: number) =>
        Effect.never.pipe(
          Timeout.failAfter(inner, { label: "inner" }),
          Effect.tapError((error) => log(entries, error)),
          Timeout.failAfter(outer, { label: "outer" }),
          Effect.flip
        )
      const [a, b] = [yield* start(nested(100, 1000)), yield* start(nested(1000, 100))]
      yield* TestClock.adjust(100)
      expect((yield* Fiber.join(a)).label).toBe("outer")
      expect((yield* Fiber.join(b)).label).toBe("inner")
      expect(entries).toHaveLength(1)
    })
  )

  it.effect("of ten equal ones the outermost reports [TO-08]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const at = yield* CancelScope.after(50)
      let body: Effect.Effect<never, Timeout.DeadlineExceeded> = Effect.never
      for (let i = 9; i >= 0; i--) body = Timeout.failAt(body, at, { label: `${i}` })
      const fiber = yield* start(Effect.flip(body))
      yield* TestClock.adjust(50)
      expect(yield* Fiber.join(fiber)).toMatchObject({ label: "0", scope: "0" })
    })
  )

  it.live("ten of them arm one timer", () =>
    leavesNothing(
      Effect.gen(function* () {
        const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
        const before = timers()
        const count = Effect.andThen(
          Effect.yieldNow,
          Effect.sync(() => timers() - before)
        )
        let body: Effect.Effect<number, Timeout.DeadlineExceeded> = count
        for (let i = 0; i < 10; i++) body = Timeout.failAfter(body, 10_000 - i)
        // Whoever runs the tests may clear a timer of its own meanwhile.
        expect(yield* body).toBeLessThanOrEqual(1)
      })
    )
  )

  it.effect("a cancel from outside before the deadline is an interruption, no DeadlineExceeded [TO-11]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<unknown> = []
      const limited = Timeout.failAfter(Effect.never, 100).pipe(Effect.tapError((error) => log(entries, error)))
      const fiber = yield* start(limited)
      yield* TestClock.adjust(50)
      yield* Fiber.interrupt(fiber)
      expect(new Set(reasonsOf(yield* Fiber.await(fiber)))).toEqual(new Set(["Interrupt"]))
      const scoped = yield* start(CancelScope.run({ name: "s", timeout: 10 }, () => limited))
      yield* TestClock.adjust(200)
      expect((yield* Fiber.join(scoped))._tag).toBe("Cancelled")
      expect(entries).toEqual([])
    })
  )
})

describe("what comes with an expiry", () => {
  it.live("a defect of the cleanup rides along and goes to the hook; DeadlineExceeded can be caught [D16]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const reports: Array<Report> = []
        const seen: Array<unknown> = []
        const caught = yield* Effect.never.pipe(
          Effect.ensuring(Effect.die("cleanup")),
          Timeout.failAfter(3),
          Effect.tapCause((cause) =>
            log(
              seen,
              CancelScope.failures(cause).map(({ reason }) => reason._tag)
            )
          ),
          Effect.catchTag("DeadlineExceeded", () => Effect.succeed("caught")),
          Effect.provideService(failureHook, (report) => log(reports, report))
        )
        expect([caught, seen]).toEqual(["caught", [["Fail", "Die"]]])
        expect(reports.map(({ cause, kind }) => [kind, Cause.squash(cause)])).toEqual([["defect", "cleanup"]])
      })
    )
  )

  it.live("a typed error of a part that could not be interrupted joins it [D16]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const stubborn = Effect.uninterruptible(Effect.andThen(Effect.sleep(10), Effect.fail("late")))
        const exit = yield* Effect.exit(Timeout.failAfter(stubborn, 3))
        expect(reasonsOf(exit)).toEqual([expect.any(Timeout.DeadlineExceeded), "late"])
      })
    )
  )

  it.live("a value of a part that could not be interrupted is dropped [D16]", () =>
    leavesNothing(
      Effect.gen(function* () {
        // Until the deadline has been seen to pass: a busy machine must not make it a tie.
        const expired = Effect.map(CancelScope.trace, Option.isSome)
        const stubborn = Effect.gen(function* () {
          while (!(yield* expired)) yield* Effect.sleep(1)
          return "late"
        })
        expect(yield* Effect.flip(Timeout.failAfter(Effect.uninterruptible(stubborn), 3))).toBeInstanceOf(
          Timeout.DeadlineExceeded
        )
      })
    )
  )
})

describe("many", () => {
  it.live("3,000 nested timeouts go in and out, and expire as one", () =>
    leavesNothing(
      Effect.gen(function* () {
        const nested = (leaf: Effect.Effect<string>) => {
          let body: Effect.Effect<string, Timeout.DeadlineExceeded> = leaf
          for (let i = 0; i < 3000; i++) body = Timeout.failAfter(body, "1 hour")
          return body
        }
        expect(yield* nested(Effect.as(Effect.yieldNow, "v"))).toBe("v")
        const late = yield* Effect.flip(Timeout.failAfter(nested(Effect.never), 5, { label: "outermost" }))
        expect(late.label).toBe("outermost")
      })
    )
  )

  it.live("10,000 at once end each on its own", () =>
    leavesNothing(
      Effect.gen(function* () {
        const limited = (i: number) =>
          Effect.as(
            Effect.exit(Timeout.failAfter(i % 2 === 0 ? Effect.yieldNow : Effect.never, i % 2 === 0 ? "1 hour" : 1)),
            i
          )
        const done = yield* Effect.forEach(
          Array.from({ length: 10_000 }, (_, i) => i),
          limited,
          { concurrency: "unbounded" }
        )
        expect(done).toHaveLength(10_000)
      })
    )
  )
})
