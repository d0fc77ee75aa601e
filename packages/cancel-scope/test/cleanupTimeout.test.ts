import { CleanupTimedOut, failureHook, type Report } from "@ferrule/runtime"
import { leavesNothing, VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Duration, Effect, Exit, Fiber } from "effect"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

/** Waits, and needs `millis` to clean up. */
const slow = (millis: number, last: Effect.Effect<unknown> = Effect.void): Effect.Effect<never> =>
  Effect.onInterrupt(Effect.never, () => Effect.andThen(Effect.sleep(millis), last))

/** Runs a program on virtual time; it gets the reports of the failure hook. What it leaves behind has to end. */
const reporting = <A, E>(program: (reports: Array<Report>) => Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const reports: Array<Report> = []
    const hook = (report: Report) => Effect.sync(() => void reports.push(report))
    return VirtualClock.run(Effect.provideService(program(reports), failureHook, hook))
  })

const told = ({ kind, task, group, cause }: Report) => {
  const defect = Cause.squash(cause)
  const age = defect instanceof CleanupTimedOut ? Duration.toMillis(defect.age) : undefined
  return age === undefined ? { kind, task, group, defect } : { kind, task, group, age }
}

const at = Clock.currentTimeMillis

describe("a scope with a cleanupTimeout", () => {
  it.effect("returns when it is over, and names what it has left behind, with its age [D15, D42]", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const scope = yield* CancelScope.make({ name: "upload", cleanupTimeout: 20 })
        const running = yield* start(CancelScope.enter(scope)(slow(500)))
        yield* Effect.sleep(100)
        yield* scope.cancel("user left")
        expect(yield* Fiber.join(running)).toMatchObject({
          _tag: "Cancelled",
          trace: { reason: { message: "user left" } }
        })
        expect(yield* at).toBe(120)
        expect(reports.map(told)).toEqual([{ kind: "left behind", task: "upload", group: "upload", age: 120 }])
        expect(reports[0]!.trace).toMatchObject({ scope: "upload", reason: { message: "user left" } })
        expect(Cause.pretty(reports[0]!.cause)).toContain(
          'left behind: "upload" of "upload", 120ms old, has not ended 20ms after it was cancelled.'
        )
        yield* Effect.sleep(1000)
        expect(reports).toHaveLength(1)
      })
    )
  )

  it.effect("ends a timeout in time whose finalizer hangs", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const options = { name: "query", timeout: 50, cleanupTimeout: 10 }
        const outcome = yield* CancelScope.run(options, () => slow(500))
        expect(outcome).toMatchObject({ _tag: "Cancelled", trace: { reason: { _tag: "DeadlinePassed" } } })
        expect(yield* at).toBe(60)
        expect(reports.map(told)).toEqual([{ kind: "left behind", task: "query", group: "query", age: 60 }])
        yield* Effect.sleep(1000)
      })
    )
  )

  it.effect("waits for cleanup that ends in time, at the last instant too, and leaves no timer", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        for (const millis of [1, 19, 20]) {
          const begun = yield* at
          const outcome = yield* CancelScope.run({ name: "s", timeout: 5, cleanupTimeout: 20 }, () => slow(millis))
          expect([outcome._tag, (yield* at) - begun]).toEqual(["Cancelled", 5 + millis])
          expect(yield* VirtualClock.timers).toBe(0)
        }
        const completed = yield* CancelScope.run({ name: "s", cleanupTimeout: 20 }, () =>
          Effect.ensuring(Effect.as(VirtualClock.timers, "v"), Effect.sleep(100))
        )
        expect(completed).toEqual({ _tag: "Completed", value: "v" })
        expect(reports).toEqual([])
      })
    )
  )

  it.effect("arms a timer when a cancel has reached it, and not before", () =>
    reporting(() =>
      CancelScope.run({ name: "s", cleanupTimeout: 20 }, (scope) =>
        Effect.gen(function* () {
          expect(yield* VirtualClock.timers).toBe(0)
          yield* Effect.uninterruptible(
            Effect.gen(function* () {
              yield* scope.cancel()
              expect(yield* VirtualClock.timers).toBe(1)
              yield* scope.cancel()
              expect(yield* VirtualClock.timers).toBe(1)
            })
          )
        })
      )
    )
  )

  it.effect("counts from the moment the cancel has reached it: not while a shield keeps it off", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const inner = yield* CancelScope.make({ name: "inner", shield: true, cleanupTimeout: 20 })
        const running = yield* start(
          CancelScope.run({ name: "outer", timeout: 10 }, () => CancelScope.enter(inner)(slow(500)))
        )
        yield* Effect.sleep(200)
        expect([running.pollUnsafe(), reports]).toEqual([undefined, []])
        yield* inner.setShield(false)
        expect((yield* Fiber.join(running))._tag).toBe("Cancelled")
        expect(yield* at).toBe(220)
        expect(reports.map(told)).toEqual([{ kind: "left behind", task: "inner", group: "inner", age: 220 }])
        yield* Effect.sleep(1000)
      })
    )
  )

  it.effect("runs nothing, and reports nothing, when it was cancelled before it is entered", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const scope = yield* CancelScope.make({ name: "s", cleanupTimeout: 20 })
        yield* scope.cancel()
        expect((yield* CancelScope.enter(scope)(Effect.die("ran")))._tag).toBe("Cancelled")
        const aborted = { name: "s", cleanupTimeout: 20, signal: AbortSignal.abort() }
        expect((yield* CancelScope.run(aborted, () => Effect.die("ran")))._tag).toBe("Cancelled")
        expect([yield* VirtualClock.timers, reports]).toEqual([0, []])
      })
    )
  )

  it.effect("of 0 lets cleanup run as far as it gets without waiting", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const steps: Array<string> = []
        const step = (name: string) => Effect.sync(() => void steps.push(name))
        const cleanup = Effect.andThen(step("first"), Effect.andThen(Effect.sleep(30), step("last")))
        const options = { name: "s", timeout: 5, cleanupTimeout: -1 }
        yield* CancelScope.run(options, () => Effect.onInterrupt(Effect.never, () => cleanup))
        expect([yield* at, steps, reports.length]).toEqual([5, ["first"], 1])
        yield* Effect.sleep(100)
        expect(steps).toEqual(["first", "last"])
      })
    )
  )

  it.effect("waits without limit when the option is infinite, or not given", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        yield* CancelScope.run({ name: "s", timeout: 5, cleanupTimeout: Infinity }, () => slow(10_000))
        expect(yield* at).toBe(10_005)
        yield* CancelScope.run({ name: "s", timeout: 5 }, () => slow(10_000))
        expect([yield* at, reports]).toEqual([20_010, []])
      })
    )
  )

  it.effect("refuses a length that is none with a defect that names the argument", () =>
    Effect.gen(function* () {
      const options = { name: "s", cleanupTimeout: Number.NaN }
      const exit = yield* Effect.exit(CancelScope.run(options, () => Effect.void))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('cleanupTimeout of "s" is "NaN"')
    })
  )

  it.live("on the real clock, too", () =>
    leavesNothing(
      Effect.gen(function* () {
        const reports: Array<Report> = []
        let open = () => {}
        const gate = new Promise<void>((resolve) => (open = resolve))
        yield* CancelScope.run({ name: "s", timeout: 2, cleanupTimeout: 2 }, () =>
          Effect.uninterruptible(Effect.promise(() => gate))
        ).pipe(Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report))))
        const [{ age } = { age: 0 }] = reports.map(told) as ReadonlyArray<{ readonly age: number }>
        expect([reports.length, age >= 4]).toEqual([1, true])
        open()
        yield* Effect.sleep(2)
      })
    )
  )
})

describe("around and inside each other", () => {
  it.effect("an inner scope's left-over does not keep the outer one, whichever has the limit", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const nested = (outer: object, inner: object) =>
          CancelScope.run({ name: "outer", timeout: 10, ...outer }, () =>
            CancelScope.run({ name: "inner", ...inner }, () => slow(500))
          )
        expect((yield* nested({}, { cleanupTimeout: 20 }))._tag).toBe("Cancelled")
        expect([yield* at, reports.map(({ group }) => group)]).toEqual([30, ["inner"]])
        expect((yield* nested({ cleanupTimeout: 20 }, {}))._tag).toBe("Cancelled")
        expect([yield* at, reports.map(({ group }) => group)]).toEqual([60, ["inner", "outer"]])
        expect((yield* nested({ cleanupTimeout: 20 }, { cleanupTimeout: 40 }))._tag).toBe("Cancelled")
        expect(yield* at).toBe(90)
        yield* Effect.sleep(2000)
        expect(reports.map(({ group }) => group)).toEqual(["inner", "outer", "outer", "inner"])
        expect(yield* VirtualClock.timers).toBe(0)
      })
    )
  )

  it.effect("an outer cancel passes through a scope that leaves something behind", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const after: Array<string> = []
        const inner = CancelScope.run({ name: "inner", cleanupTimeout: 20 }, () => slow(500))
        const outer = yield* start(
          Effect.andThen(
            inner,
            Effect.sync(() => void after.push("ran on"))
          )
        )
        yield* Effect.sleep(10)
        const exit = yield* Effect.exit(Effect.andThen(Fiber.interrupt(outer), Fiber.await(outer)))
        expect([yield* at, after, reports.length]).toEqual([30, [], 1])
        expect(Exit.isSuccess(exit) && Exit.hasInterrupts(exit.value)).toBe(true)
        yield* Effect.sleep(1000)
      })
    )
  )
})

describe("what is left behind", () => {
  const left = (last: Effect.Effect<unknown, unknown>) =>
    CancelScope.run({ name: "s", timeout: 10, cleanupTimeout: 20 }, () =>
      Effect.uninterruptible(Effect.andThen(Effect.sleep(100), last))
    )

  it.effect("changes nothing when it ends: its value is dropped and nothing more is reported", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const outcome = yield* left(Effect.succeed("late"))
        yield* Effect.sleep(1000)
        expect([outcome._tag, reports.length]).toEqual(["Cancelled", 1])
      })
    )
  )

  it.effect("hands what it fails with later to the failure hook, once: nothing is lost", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        yield* left(Effect.fail("disk full"))
        yield* left(Effect.die("bug"))
        yield* Effect.sleep(1000)
        expect(reports.map(told).filter(({ kind }) => kind !== "left behind")).toEqual([
          { kind: "failure", task: "s", group: "s", defect: "disk full" },
          { kind: "defect", task: "s", group: "s", defect: "bug" }
        ])
        expect(reports).toHaveLength(4)
      })
    )
  )

  it.effect("hands over what Effect drops where a cancel skips a catch on its way out", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const failing = CancelScope.run("inner", () =>
          Effect.uninterruptible(Effect.andThen(Effect.sleep(100), Effect.fail("disk full")))
        ).pipe(Effect.catch(() => Effect.void))
        yield* CancelScope.run({ name: "s", timeout: 10, cleanupTimeout: 20 }, () => failing)
        expect(reports.map(({ kind }) => kind)).toEqual(["left behind"])
        yield* Effect.sleep(1000)
        expect(reports.map(told).slice(1)).toEqual([
          { kind: "failure", task: "inner", group: "s", defect: "disk full" }
        ])
      })
    )
  )

  it.effect("counts as ended for whoever waits, and its operations go on as those of cleanup do", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const steps: Array<unknown> = []
        const step = (name: unknown) => Effect.sync(() => void steps.push(name))
        const scope = yield* CancelScope.make({ name: "s", cleanupTimeout: 20 })
        const cleanup = Effect.gen(function* () {
          yield* Effect.sleep(100)
          yield* CancelScope.checkpoint
          yield* scope.setDeadline((yield* CancelScope.now) + 10)
          yield* scope.setShield(false)
          yield* scope.cancel("again")
          const inner = yield* CancelScope.run({ name: "inner", timeout: 30 }, () => Effect.sleep(500))
          yield* step([inner._tag, yield* at, yield* VirtualClock.timers])
        })
        const running = yield* start(CancelScope.enter(scope)(Effect.onInterrupt(Effect.never, () => cleanup)))
        expect(scope.signal.aborted).toBe(false)
        yield* scope.cancelAndWait("first")
        expect([yield* at, running.pollUnsafe() === undefined]).toEqual([20, false])
        expect(scope.signal.reason).toMatchObject({ reason: { message: "first" } })
        yield* Effect.sleep(1000)
        // One timer: that of the sleep here.
        expect(steps).toEqual([["Cancelled", 130, 1]])
        expect(reports).toHaveLength(1)
      })
    )
  )

  it.effect("is reported also when it is a promise that ignores its signal", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        let stop = () => {}
        let seen: unknown
        const work = (signal: AbortSignal) =>
          new Promise<void>((resolve) => {
            signal.addEventListener("abort", () => (seen = signal.reason))
            stop = resolve
          })
        yield* CancelScope.run({ name: "legacy", timeout: 50, cleanupTimeout: 10 }, (scope) =>
          Effect.uninterruptible(Effect.promise(() => work(scope.signal)))
        )
        expect(yield* at).toBe(60)
        expect(reports.map(told)).toEqual([{ kind: "left behind", task: "legacy", group: "legacy", age: 60 }])
        expect(seen).toMatchObject({ scope: "legacy", reason: { _tag: "DeadlinePassed" } })
        stop()
        yield* Effect.sleep(1)
        expect(reports).toHaveLength(1)
      })
    )
  )
})
