import { AsyncLocalStorage } from "node:async_hooks"
import { failureHook, type Report, ScopeReused } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Context, Deferred, Effect, Exit, Fiber, Option, References, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

/** Waits until cancelled, and tells the log. */
const forever = (entries: Array<unknown>, entry: unknown) => Effect.onInterrupt(Effect.never, () => log(entries, entry))

const defectOf = (exit: Exit.Exit<unknown, unknown>): unknown => {
  const [reason, ...others] = Exit.isFailure(exit) ? exit.cause.reasons : []
  return reason?._tag === "Die" && others.length === 0 ? reason.defect : undefined
}

const tagsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> =>
  Exit.isFailure(exit) ? exit.cause.reasons.map((reason) => reason._tag) : []

describe("a scope", () => {
  it.live("that nobody cancels gives the value, and fails as its body does", () =>
    leavesNothing(
      Effect.gen(function* () {
        expect(yield* CancelScope.run("s", () => Effect.succeed(1))).toEqual({ _tag: "Completed", value: 1 })
        const failed = CancelScope.run("s", () => Effect.andThen(Effect.yieldNow, Effect.fail("e")))
        expect(yield* Effect.catch(failed, (error) => Effect.succeed(error))).toBe("e")
        expect(defectOf(yield* Effect.exit(CancelScope.run("s", () => Effect.die("d"))))).toBe("d")
      })
    )
  )

  it.live("cancelled from inside stops at the next operation, and its own cancel is a value [CS-01]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", function* (scope) {
          yield* scope.cancel("first")
          entries.push("same generator step")
          yield* log(entries, "next operation")
        })
        expect(outcome).toMatchObject({
          _tag: "Cancelled",
          trace: { scope: "s", path: ["s"], reason: { _tag: "Requested", message: "first" }, by: "s" }
        })
        expect(entries).not.toContain("next operation")
      })
    )
  )

  it.live.each([
    ["by an effect", (scope: CancelScope.CancelScope) => scope.cancel("why")],
    ["by a callback", (scope: CancelScope.CancelScope) => Effect.sync(() => scope.cancelUnsafe("why"))],
    ["by an effect that waits", (scope: CancelScope.CancelScope) => scope.cancelAndWait("why")]
  ] as const)("cancelled from a sibling %s ends, and its cleanup reads why [CS-12]", ([_, cancel]) =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make("s")
        const cleanup = Effect.flatMap(CancelScope.trace, (trace) => log(entries, Option.getOrThrow(trace).reason))
        const fiber = yield* start(Effect.never.pipe(Effect.ensuring(cleanup), CancelScope.enter(scope)))
        yield* cancel(scope)
        expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
        expect(entries).toEqual([{ _tag: "Requested", message: "why" }])
        expect(yield* scope.cancelRequested).toBe(true)
      })
    )
  )

  it.live("cancelled twice ends once, with the first reason [CS-01, CS-13]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make("s")
        const fiber = yield* start(CancelScope.enter(scope)(forever(entries, "cleanup")))
        yield* scope.cancel("first")
        yield* scope.cancel("second")
        yield* Effect.sync(() => scope.cancelUnsafe("third"))
        const outcome = yield* Fiber.join(fiber)
        expect(outcome).toMatchObject({ trace: { reason: { message: "first" } } })
        expect(entries).toEqual(["cleanup"])
      })
    )
  )

  it.live("cancelled after its body returned keeps the value, and it is known that it was asked [CS-02]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scope = yield* CancelScope.make("s")
        const outcome = yield* CancelScope.enter(scope)(Effect.succeed(1))
        yield* scope.cancel("late")
        expect(outcome).toEqual({ _tag: "Completed", value: 1 })
        expect(yield* scope.cancelRequested).toBe(true)
        expect(yield* scope.cancelled).toEqual(Option.none())
      })
    )
  )

  it.live("cancelled before it is entered runs nothing [CS-03]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make("s")
        yield* Effect.sync(() => scope.cancelUnsafe("early"))
        const outcome = yield* CancelScope.enter(scope)(log(entries, "ran"))
        expect(outcome).toMatchObject({ _tag: "Cancelled", trace: { reason: { message: "early" } } })
        expect(entries).toEqual([])
      })
    )
  )

  it.live("entered twice, or again after its end, is the defect ScopeReused; the first use is unharmed [CS-25]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scope = yield* CancelScope.make("s")
        const first = yield* start(CancelScope.enter(scope)(Effect.as(Effect.sleep(5), "v")))
        const second = yield* Effect.exit(CancelScope.enter(scope)(Effect.void))
        expect(defectOf(second)).toEqual(new ScopeReused({ scope: "s" }))
        expect(yield* Fiber.join(first)).toEqual({ _tag: "Completed", value: "v" })
        expect(defectOf(yield* Effect.exit(CancelScope.enter(scope)(Effect.void)))).toBeInstanceOf(ScopeReused)
        expect(
          defectOf(yield* Effect.exit(CancelScope.run("x", () => CancelScope.enter(scope)(Effect.void))))
        ).toBeInstanceOf(ScopeReused)
      })
    )
  )

  it.live("waits for a cleanup that was begun, masked waits and all [CS-21]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const cleanup = (name: string) => Effect.andThen(Effect.sleep(3), log(entries, name))
        const outcome = yield* CancelScope.run("s", (scope) =>
          Effect.andThen(scope.cancel(), Effect.never).pipe(
            Effect.ensuring(cleanup("a")),
            Effect.ensuring(cleanup("b"))
          )
        )
        expect(outcome._tag).toBe("Cancelled")
        expect(entries).toEqual(["a", "b"])
      })
    )
  )

  it.live("drops the value that a masked part brings after the cancel [CS-20]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make("s")
        const masked = Effect.uninterruptible(Effect.andThen(Effect.sleep(5), log(entries, "masked part ended")))
        const fiber = yield* start(CancelScope.enter(scope)(Effect.as(masked, "value")))
        yield* scope.cancel()
        expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
        expect(entries).toEqual(["masked part ended"])
      })
    )
  )

  it.live("whose handlers surround the wait runs none of them [CS-15]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", (scope) =>
          Effect.andThen(scope.cancel(), Effect.never).pipe(Effect.catchCause(() => log(entries, "handler")))
        )
        expect(outcome._tag).toBe("Cancelled")
        expect(entries).toEqual([])
      })
    )
  )
})

describe("whose cancel it is", () => {
  it.live("an outer cancel passes through; of two cancelled scopes the outer one catches it [CS-04]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scopes = yield* Effect.all([CancelScope.make("1"), CancelScope.make("2"), CancelScope.make("3")])
        const [one, two, three] = scopes
        const note = (name: string) => (outcome: CancelScope.Outcome<unknown>) =>
          log(entries, `${name} ${outcome._tag}`)
        const fiber = yield* start(
          Effect.never.pipe(
            CancelScope.enter(three),
            Effect.tap(note("3")),
            CancelScope.enter(two),
            Effect.tap(note("2")),
            CancelScope.enter(one),
            Effect.tap(note("1"))
          )
        )
        yield* Effect.sync(() => {
          three.cancelUnsafe("three")
          two.cancelUnsafe("two")
        })
        yield* Fiber.join(fiber)
        expect(entries).toEqual(["2 Cancelled", "1 Completed"])
        expect(yield* three.cancelled).toMatchObject({ value: { scope: "3" } })
      })
    )
  )

  it.live("what is reached by an outer cancel reads its trace, and was not asked itself", () =>
    leavesNothing(
      Effect.gen(function* () {
        let inner: CancelScope.CancelScope | undefined
        const entries: Array<unknown> = []
        yield* CancelScope.run("outer", (outer) =>
          CancelScope.run("inner", (scope) => {
            inner = scope
            const cleanup = Effect.flatMap(CancelScope.trace, (trace) => log(entries, Option.getOrThrow(trace).scope))
            return Effect.andThen(outer.cancel("out"), Effect.never).pipe(Effect.ensuring(cleanup))
          })
        )
        expect(entries).toEqual(["outer"])
        expect(yield* inner!.cancelRequested).toBe(false)
        expect(yield* inner!.cancelled).toMatchObject({ value: { scope: "outer", path: ["outer"], by: "inner" } })
      })
    )
  )

  it.live("a foreign interrupt of the fiber around it is no cancel of the scope [D3]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const program = CancelScope.run("s", () => forever(entries, "cleanup"))
        const fiber = yield* start(Effect.tap(program, () => log(entries, "went on")))
        yield* Fiber.interrupt(fiber)
        expect(new Set(tagsOf(yield* Fiber.await(fiber)))).toEqual(new Set(["Interrupt"]))
        expect(entries).toEqual(["cleanup"])
      })
    )
  )

  it.live("a foreign interrupt of the body's own fiber passes as an interruption, not as a cancel", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          CancelScope.run("s", () =>
            Effect.andThen(
              Effect.withFiber((own) => Effect.sync(() => own.interruptUnsafe())),
              Effect.never
            )
          )
        )
        expect(tagsOf(exit)).toEqual(["Interrupt"])
      })
    )
  )

  it.live("a typed error of the body is kept although an outer cancel came with it [D29]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scope = yield* CancelScope.make("outer")
        const body = Effect.uninterruptible(
          Effect.andThen(
            Effect.sync(() => scope.cancelUnsafe()),
            Effect.fail("late")
          )
        )
        const exit = yield* Effect.exit(CancelScope.enter(scope)(CancelScope.run("inner", () => body)))
        expect(
          CancelScope.failures((exit as Exit.Failure<never, string>).cause).map(({ reason }) => reason)
        ).toMatchObject([{ _tag: "Fail", error: "late" }])
      })
    )
  )
})

describe("a cleanup that dies", () => {
  const dying = Effect.failCause(Cause.fromReasons([Cause.makeFailReason("typed"), Cause.makeDieReason("cleanup")]))

  it.live("after the scope's own cancel makes the scope fail with it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          CancelScope.run("s", (scope) =>
            Effect.andThen(scope.cancel(), Effect.never).pipe(Effect.ensuring(Effect.die("cleanup")))
          )
        )
        expect(defectOf(exit)).toBe("cleanup")
      })
    )
  )

  it.live("beside a typed error does not hide it from catch; the defect rides along and goes to the hook [D2]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const reports: Array<Report> = []
        const seen: Array<unknown> = []
        const caught = yield* CancelScope.run("s", () => dying).pipe(
          Effect.tapCause((cause) =>
            log(
              seen,
              CancelScope.failures(cause).map(({ reason }) => reason._tag)
            )
          ),
          Effect.catch((error) => Effect.succeed(`caught ${error}`)),
          Effect.provideService(failureHook, (report) => log(reports, report))
        )
        expect(caught).toBe("caught typed")
        expect(seen).toEqual([["Fail", "Die"]])
        expect(reports.map(({ cause, group, kind }) => [kind, group, Cause.squash(cause)])).toEqual([
          ["defect", "s", "cleanup"]
        ])
      })
    )
  )
})

describe("misuse", () => {
  it.live(
    "a name, not a number, is in every message: NaN and unreadable times are defects and nothing runs [TO-07]",
    () =>
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        for (const options of [{ timeout: Number.NaN }, { timeout: "soon" as "1 second" }, { deadline: Number.NaN }]) {
          const exit = yield* Effect.exit(CancelScope.run({ name: "nap", ...options }, () => log(entries, "ran")))
          expect(String(defectOf(exit))).toContain('of "nap"')
          expect(defectOf(yield* Effect.exit(CancelScope.make({ name: "nap", ...options })))).toBeInstanceOf(RangeError)
        }
        expect(entries).toEqual([])
      })
  )

  it.live("to cancel a scope from inside and wait for it is a defect that says so", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          CancelScope.run("s", (scope) => CancelScope.run("t", () => scope.cancelAndWait()))
        )
        expect(String(defectOf(exit))).toMatch(/"s".*from inside/)
      })
    )
  )

  it.live("to enter what is no scope of this copy is a defect that names it", () =>
    Effect.gen(function* () {
      const scope = yield* CancelScope.make("s")
      const exit = yield* Effect.exit(CancelScope.enter({ ...scope, name: "forged" })(Effect.void))
      expect(String(defectOf(exit))).toContain('"forged"')
    })
  )
})

describe("cancelAndWait", () => {
  it.effect("returns when the cleanup has ended, cancel does not wait [CS-16, CS-17]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<unknown> = []
      const scope = yield* CancelScope.make("s")
      const cleanup = Effect.andThen(Effect.sleep(50), log(entries, "cleaned up"))
      yield* start(CancelScope.enter(scope)(Effect.onInterrupt(Effect.never, () => cleanup)))
      yield* scope.cancel()
      yield* log(entries, "cancel returned")
      const waiting = yield* start(Effect.andThen(scope.cancelAndWait(), log(entries, "waited")))
      yield* TestClock.adjust(50)
      yield* Fiber.join(waiting)
      expect(entries).toEqual(["cancel returned", "cleaned up", "waited"])
      yield* scope.cancelAndWait()
    })
  )

  it.live("of a scope that was never entered returns at once", () =>
    Effect.gen(function* () {
      const scope = yield* CancelScope.make("s")
      yield* scope.cancelAndWait("unused")
      expect(yield* scope.cancelRequested).toBe(true)
    })
  )
})

describe("deadlines", () => {
  it.effect("of deadline and timeout the earlier counts, and a timeout counts from entry [TO-15]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const scope = yield* CancelScope.make({ name: "s", timeout: 5, deadline: yield* CancelScope.after("1 hour") })
      yield* TestClock.adjust(3000)
      const fiber = yield* start(CancelScope.enter(scope)(Effect.never))
      expect(yield* scope.deadline).toEqual(Option.some((yield* CancelScope.now) + 5))
      yield* TestClock.adjust(4)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect(yield* Fiber.join(fiber)).toMatchObject({ trace: { reason: { _tag: "DeadlinePassed" } } })
    })
  )

  it.effect("may be moved out, moved in and removed while the body runs [TO-14]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const scope = yield* CancelScope.make({ name: "s", timeout: 100 })
      const fiber = yield* start(CancelScope.enter(scope)(Effect.never))
      yield* scope.setDeadline(yield* CancelScope.after(400))
      yield* TestClock.adjust(200)
      yield* scope.setDeadline(undefined)
      yield* TestClock.adjust(1000)
      expect(fiber.pollUnsafe()).toBe(undefined)
      expect(yield* scope.deadline).toEqual(Option.none())
      yield* scope.setDeadline(yield* CancelScope.after(10))
      yield* TestClock.adjust(10)
      expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
    })
  )

  it.live("one that has passed lets the synchronous start run, and nothing after the first wait [TO-05, TO-06]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const at = (yield* CancelScope.now) - 10
        const ready = yield* CancelScope.run({ name: "s", deadline: at }, () => Effect.succeed("ready"))
        expect(ready).toEqual({ _tag: "Completed", value: "ready" })
        const body = Effect.andThen(log(entries, "started"), Effect.andThen(Effect.yieldNow, log(entries, "waited")))
        const outcome = yield* CancelScope.run({ name: "s", deadline: at }, () => body)
        expect(outcome).toMatchObject({
          _tag: "Cancelled",
          trace: { reason: { _tag: "DeadlinePassed", deadline: at } }
        })
        expect(entries).toEqual(["started"])
      })
    )
  )

  it.live("moved into the past by the body itself stops it at its next operation", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", (scope) =>
          Effect.andThen(scope.setDeadline(0), log(entries, "next operation"))
        )
        expect([outcome._tag, entries]).toEqual(["Cancelled", []])
      })
    )
  )

  it.live("ten years ahead do not come early, and NaN is a defect that names the scope [TO-20, TO-07]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const outcome = yield* CancelScope.run({ name: "s", timeout: "3650 days" }, (scope) =>
          Effect.as(Effect.andThen(Effect.sleep(5), Effect.exit(scope.setDeadline(Number.NaN))), "in time")
        )
        expect(outcome).toEqual({ _tag: "Completed", value: "in time" })
        const exit = yield* Effect.exit(CancelScope.run("moved", (scope) => scope.setDeadline(Number.NaN)))
        expect(String(defectOf(exit))).toContain('deadline of "moved"')
      })
    )
  )
})

describe("shields", () => {
  it.live("keep an outer cancel out until the scope has ended; nothing after it runs [CS-05]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("outer", (outer) =>
          CancelScope.run({ name: "inner", shield: true }, (inner) =>
            Effect.gen(function* () {
              yield* Effect.sync(() => outer.cancelUnsafe())
              yield* Effect.sleep(3)
              entries.push(yield* inner.cancelled, yield* inner.cancelRequested)
            })
          ).pipe(Effect.andThen(log(entries, "after the shield")))
        )
        expect(outcome._tag).toBe("Cancelled")
        expect(entries).toEqual([Option.none(), false])
      })
    )
  )

  it.live("do not keep out the scope's own cancel, nor that of a scope inside [CS-06, CS-07]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const own = yield* CancelScope.run({ name: "s", shield: true }, (scope) =>
          Effect.andThen(scope.cancel(), Effect.never)
        )
        expect(own._tag).toBe("Cancelled")
        const nested = yield* CancelScope.run({ name: "s", shield: true }, () =>
          CancelScope.run("inner", (scope) => Effect.andThen(scope.cancel(), Effect.never))
        )
        expect(nested).toMatchObject({ _tag: "Completed", value: { _tag: "Cancelled" } })
      })
    )
  )

  it.live("taken down while an outer cancel is pending let it in at once", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("outer", (outer) =>
          CancelScope.run({ name: "inner", shield: true }, (inner) =>
            Effect.gen(function* () {
              yield* outer.cancel("now")
              yield* log(entries, "still there")
              yield* inner.setShield(false)
              yield* log(entries, "never")
            })
          )
        )
        expect([outcome._tag, entries]).toEqual(["Cancelled", ["still there"]])
      })
    )
  )

  it.live("taken down while a foreign interrupt is pending let that in, too", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make({ name: "s", shield: true })
        const fiber = yield* start(CancelScope.enter(scope)(forever(entries, "cleanup")))
        fiber.interruptUnsafe()
        yield* Effect.sleep(3)
        expect(entries).toEqual([])
        yield* scope.setShield(false)
        expect(new Set(tagsOf(yield* Fiber.await(fiber)))).toEqual(new Set(["Interrupt"]))
        expect(entries).toEqual(["cleanup"])
      })
    )
  )

  it.live("put up while the body runs keep later cancels out", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        yield* CancelScope.run("outer", (outer) =>
          CancelScope.run("inner", (inner) =>
            Effect.gen(function* () {
              yield* inner.setShield(true)
              yield* outer.cancel()
              yield* Effect.sleep(2)
              yield* log(entries, "to the end")
            })
          )
        )
        expect(entries).toEqual(["to the end"])
      })
    )
  )
})

describe("many and deep", () => {
  const nested = (depth: number, leaf: Effect.Effect<unknown, string>): Effect.Effect<unknown, string> => {
    let body = leaf
    for (let i = 0; i < depth; i++) {
      const inner = body
      body = CancelScope.run("s", () => inner)
    }
    return body
  }
  const depth = 10_000

  it.live("10,000 nested scopes go in and out", () =>
    leavesNothing(Effect.andThen(nested(depth, Effect.void), nested(depth, Effect.yieldNow)))
  )

  it("10,000 nested scopes go in and out under runSync", () => {
    expect(Exit.isSuccess(Effect.runSyncExit(nested(depth, Effect.void)))).toBe(true)
  })

  it.live("10,000 nested scopes go in and out under another scheduler", () =>
    leavesNothing(
      Effect.provideService(nested(depth, Effect.yieldNow), Scheduler.Scheduler, new Scheduler.MixedScheduler())
    )
  )

  it.live("10,000 nested scopes fail with the error of the innermost", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(nested(depth, Effect.andThen(Effect.yieldNow, Effect.fail("deep"))))
        expect(exit).toMatchObject({ cause: { reasons: [{ _tag: "Fail", error: "deep" }] } })
      })
    )
  )

  it.live("10,000 nested scopes are cancelled from outside, and from the outermost, each cleanup once", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const inside = yield* Deferred.make<void>()
        const leaf = Effect.andThen(Deferred.succeed(inside, undefined), forever(entries, "cleanup"))
        const fiber = yield* start(nested(depth, leaf))
        yield* Deferred.await(inside)
        yield* Fiber.interrupt(fiber)
        const again = yield* Deferred.make<void>()
        const scope = yield* CancelScope.make("outermost")
        const body = nested(depth, Effect.andThen(Deferred.succeed(again, undefined), forever(entries, "cleanup")))
        const second = yield* start(CancelScope.enter(scope)(body))
        yield* Deferred.await(again)
        yield* scope.cancel()
        expect((yield* Fiber.join(second))._tag).toBe("Cancelled")
        expect(entries).toEqual(["cleanup", "cleanup"])
      })
    )
  )

  it.live("a tree of scopes whose parts are cancelled in any order ends, each part once [CS-23]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scopes: Array<CancelScope.CancelScope> = []
        const ended: Array<string> = []
        const tree = (level: number): Effect.Effect<unknown> =>
          Effect.flatMap(CancelScope.make(`s${scopes.length}`), (scope) => {
            scopes.push(scope)
            const below = Array.from({ length: level === 0 ? 0 : 4 }, () => tree(level - 1))
            const body = Effect.andThen(Effect.all(below, { concurrency: "unbounded" }), Effect.never)
            return Effect.onExit(CancelScope.enter(scope)(body), () => Effect.sync(() => void ended.push(scope.name)))
          })
        const fiber = yield* start(tree(3))
        yield* Effect.sleep(5)
        expect(scopes).toHaveLength(85)
        for (const [i] of scopes.entries()) yield* scopes[(i * 37 + 1) % 85]!.cancel(`${i}`)
        yield* scopes[0]!.cancel()
        yield* Fiber.await(fiber)
        expect(ended.toSorted()).toEqual(scopes.map((scope) => scope.name).toSorted())
      })
    )
  )
})

describe("what flows in and out", () => {
  it.live(
    "span, log annotations, services and AsyncLocalStorage flow in; changes of a completed body flow out [XK-03]",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          class Tag extends Context.Service<Tag, string>()("test/Tag") {}
          const storage = new AsyncLocalStorage<string>()
          const look = Effect.gen(function* () {
            yield* Effect.sleep(1)
            const span = yield* Effect.orDie(Effect.currentSpan)
            return [span.name, yield* References.CurrentLogAnnotations, yield* Tag, storage.getStore()]
          })
          const inside = CancelScope.run("s", () => look).pipe(
            Effect.withSpan("outer"),
            Effect.annotateLogs("a", 1),
            Effect.provideService(Tag, "tag")
          )
          const fiber = storage.run("stored", () => Effect.runFork(inside))
          expect(yield* Fiber.join(fiber)).toEqual({ _tag: "Completed", value: ["outer", { a: 1 }, "tag", "stored"] })
          const annotations = yield* Effect.scoped(
            Effect.andThen(
              CancelScope.run("s", () => Effect.annotateLogsScoped({ b: 2 })),
              References.CurrentLogAnnotations
            )
          )
          expect(annotations).toEqual({ b: 2 })
        })
      )
  )

  it.live("a cancelled or failed body leaves no change of the context behind", () =>
    leavesNothing(
      Effect.gen(function* () {
        const annotations = yield* Effect.scoped(
          Effect.gen(function* () {
            yield* CancelScope.run("s", (scope) => Effect.andThen(Effect.annotateLogsScoped({ b: 2 }), scope.cancel()))
            return yield* References.CurrentLogAnnotations
          })
        )
        expect(annotations).toEqual({})
      })
    )
  )

  it.live("a child that the body forks ends with the scope", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", () => Effect.as(start(forever(entries, "child")), 1))
        expect([outcome, entries]).toEqual([{ _tag: "Completed", value: 1 }, ["child"]])
      })
    )
  )

  it.live(
    "resources that the body opens in a scope of its own are released in reverse order after a cancel [CS-22]",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          const entries: Array<unknown> = []
          const resource = (name: string) =>
            Effect.acquireRelease(log(entries, `+${name}`), () => log(entries, `-${name}`))
          const outcome = yield* CancelScope.run("s", (scope) =>
            Effect.scoped(
              Effect.andThen(Effect.andThen(resource("a"), resource("b")), Effect.andThen(scope.cancel(), Effect.never))
            )
          )
          expect([outcome._tag, entries]).toEqual(["Cancelled", ["+a", "+b", "-b", "-a"]])
        })
      )
  )
})

describe("a cancel that comes while a fiber is about to wait for a region", () => {
  it.live("reaches it, wherever the scheduler gives way: no handler runs, and nothing goes on", () =>
    Effect.gen(function* () {
      for (let operations = 3; operations < 60; operations++) {
        const entries: Array<unknown> = []
        const program = CancelScope.run("outer", function* (outer) {
          queueMicrotask(() => outer.cancelUnsafe("now"))
          yield* Effect.exit(CancelScope.run("inner", () => Effect.never))
          entries.push(`went on, giving way after ${operations} operations`)
          yield* Effect.sleep(5)
        })
        const outcome = yield* Effect.provideService(program, Scheduler.MaxOpsBeforeYield, operations)
        expect([outcome._tag, entries]).toEqual(["Cancelled", []])
      }
    })
  )
})

describe("a deadline", () => {
  it.live("that somebody moves who has another clock stays on the scope's own", () =>
    Effect.gen(function* () {
      const real = yield* Clock.Clock
      const other: Clock.Clock = Object.assign(Object.create(Object.getPrototypeOf(real)), real)
      const moved = CancelScope.run({ name: "moved", timeout: 1000 }, function* (scope) {
        const far = Number(other.monotonicTimeNanosUnsafe()) / 1e6 + 1e6
        yield* Effect.provideService(scope.setDeadline(far), Clock.Clock, other)
        yield* Effect.sleep(1)
      })
      const outcome = yield* CancelScope.run({ name: "outer", timeout: 900 }, () => moved)
      expect(outcome).toMatchObject({ _tag: "Completed", value: { _tag: "Completed" } })
    })
  )

  it.live("that is spent, and removed by the body before it waits, does not cancel it", () =>
    Effect.gen(function* () {
      const outcome = yield* CancelScope.run({ name: "s", timeout: 0 }, function* (scope) {
        yield* scope.setDeadline(undefined)
        yield* Effect.sleep(1)
      })
      expect(outcome._tag).toBe("Completed")
    })
  )
})
