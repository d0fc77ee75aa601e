import { getEventListeners } from "node:events"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length

describe("a linked signal", () => {
  it.live("that is aborted cancels the scope with its reason", () =>
    leavesNothing(
      Effect.gen(function* () {
        const controller = new AbortController()
        const fiber = yield* start(CancelScope.run({ name: "s", signal: controller.signal }, () => Effect.never))
        expect(listeners(controller.signal)).toBe(1)
        controller.abort("why")
        expect(yield* Fiber.join(fiber)).toMatchObject({ trace: { reason: { _tag: "Aborted", reason: "why" } } })
        expect(listeners(controller.signal)).toBe(0)
      })
    )
  )

  it.live("that is aborted already lets nothing run [CS-03]", () =>
    leavesNothing(
      Effect.gen(function* () {
        let ran = false
        const outcome = yield* CancelScope.run({ name: "s", signal: AbortSignal.abort("early") }, () =>
          Effect.sync(() => void (ran = true))
        )
        expect(outcome).toMatchObject({ _tag: "Cancelled", trace: { reason: { _tag: "Aborted", reason: "early" } } })
        expect(ran).toBe(false)
      })
    )
  )

  it.live.each<[string, (signal: AbortSignal) => Effect.Effect<unknown, unknown>]>([
    ["completes", (signal) => CancelScope.run({ name: "s", signal }, () => Effect.yieldNow)],
    ["does not wait", (signal) => CancelScope.run({ name: "s", signal }, () => Effect.void)],
    ["fails", (signal) => CancelScope.run({ name: "s", signal }, () => Effect.fail("e"))],
    ["dies", (signal) => CancelScope.run({ name: "s", signal }, () => Effect.die("d"))],
    [
      "is cancelled",
      (signal) => CancelScope.run({ name: "s", signal }, (s) => Effect.andThen(s.cancel(), Effect.never))
    ],
    ["has a deadline that passes", (signal) => CancelScope.run({ name: "s", signal, timeout: 0 }, () => Effect.never)],
    [
      "is never entered, because an outer one was cancelled in that step",
      (signal) =>
        CancelScope.run("outer", (outer) =>
          Effect.andThen(
            Effect.sync(() => outer.cancelUnsafe()),
            CancelScope.run({ name: "s", signal }, () => Effect.never)
          )
        )
    ],
    [
      "throws before it begins",
      (signal) =>
        CancelScope.run({ name: "s", signal }, (): Effect.Effect<void> => {
          throw new Error("boom")
        })
    ]
  ])("has no listener left when the scope %s", ([_, run]) =>
    leavesNothing(
      Effect.gen(function* () {
        const { signal } = new AbortController()
        for (let i = 0; i < 20; i++) yield* Effect.exit(run(signal))
        expect(listeners(signal)).toBe(0)
      })
    )
  )

  it.live("has no listener left when the fiber is interrupted at any depth, entered or about to be", () =>
    leavesNothing(
      Effect.gen(function* () {
        const { signal } = new AbortController()
        for (let depth = 0; depth < 70; depth++) {
          let body: Effect.Effect<unknown> = CancelScope.run({ name: "s", signal }, () => Effect.never)
          for (let i = 0; i < depth; i++) {
            const inner = body
            body = CancelScope.run("s", () => inner)
          }
          const fiber = yield* start(body)
          fiber.interruptUnsafe()
          yield* Fiber.await(fiber)
        }
        expect(listeners(signal)).toBe(0)
      })
    )
  )

  it.live("has one listener for each scope, however much runs in it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const { signal } = new AbortController()
        yield* CancelScope.run({ name: "s", signal }, () =>
          Effect.gen(function* () {
            yield* Effect.forEach(Array.from({ length: 100 }), () => CancelScope.run("t", () => Effect.yieldNow), {
              concurrency: "unbounded"
            })
            expect(listeners(signal)).toBe(1)
          })
        )
      })
    )
  )
})

describe("a signal handed out", () => {
  it.live("is aborted with the trace when the scope is cancelled, in that very step", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scope = yield* CancelScope.make("s")
        const { signal } = scope
        const fiber = yield* start(CancelScope.enter(scope)(Effect.never))
        expect(signal.aborted).toBe(false)
        scope.cancelUnsafe("why")
        expect(signal.aborted).toBe(true)
        const outcome = yield* Fiber.join(fiber)
        expect(outcome).toMatchObject({ trace: signal.reason })
        expect(signal.reason).toMatchObject({ scope: "s", reason: { _tag: "Requested", message: "why" } })
      })
    )
  )

  it.live("is aborted with the outer trace when an outer scope is cancelled", () =>
    leavesNothing(
      Effect.gen(function* () {
        let signal: AbortSignal | undefined
        yield* CancelScope.run("outer", (outer) =>
          CancelScope.run("inner", (inner) => {
            signal = inner.signal
            return Effect.andThen(outer.cancel(), Effect.never)
          })
        )
        expect(signal?.reason).toMatchObject({ scope: "outer" })
      })
    )
  )

  it.live.each<[string, Effect.Effect<void, string>]>([
    ["completes", Effect.void],
    ["fails", Effect.fail("e")],
    ["dies", Effect.die("d")]
  ])("is not aborted inside its scope, and with ScopeEnded as soon as it %s [RU-08]", ([_, ending]) =>
    leavesNothing(
      Effect.gen(function* () {
        let signal: AbortSignal | undefined
        const inside: Array<boolean> = []
        yield* Effect.exit(
          CancelScope.run("s", (scope) => {
            signal = scope.signal
            const look = Effect.sync(() => void inside.push(scope.signal.aborted))
            return Effect.andThen(look, Effect.andThen(Effect.sleep(1), Effect.andThen(look, ending)))
          })
        )
        expect(inside).toEqual([false, false])
        expect(signal?.reason).toEqual({ _tag: "ScopeEnded" })
      })
    )
  )

  it.live("first asked for after the end, or after a cancel, is aborted already", () =>
    leavesNothing(
      Effect.gen(function* () {
        const ended = yield* CancelScope.make("ended")
        yield* CancelScope.enter(ended)(Effect.void)
        expect(ended.signal.reason).toEqual({ _tag: "ScopeEnded" })
        const cancelled = yield* CancelScope.make("cancelled")
        yield* cancelled.cancel("why")
        expect(cancelled.signal.reason).toMatchObject({ reason: { message: "why" } })
        expect(cancelled.signal).toBe(cancelled.signal)
      })
    )
  )

  it.live("cancels a scope that is linked to it, and so connects two trees", () =>
    leavesNothing(
      Effect.gen(function* () {
        const scope = yield* CancelScope.make("s")
        const linked = yield* start(CancelScope.run({ name: "linked", signal: scope.signal }, () => Effect.never))
        const exit = yield* Effect.exit(CancelScope.enter(scope)(Effect.void))
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(yield* Fiber.join(linked)).toMatchObject({
          trace: { reason: { _tag: "Aborted", reason: { _tag: "ScopeEnded" } } }
        })
      })
    )
  )
})
