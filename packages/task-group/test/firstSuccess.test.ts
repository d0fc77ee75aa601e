import { expect, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

describe("firstSuccess", () => {
  it.effect("gives the first value, at its time, failures before it notwithstanding [RU-06]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const fiber = yield* start(
        TaskGroup.firstSuccess([
          after(200, Effect.fail("e")),
          Effect.as(Effect.sleep(500), "slow"),
          Effect.as(Effect.sleep(1000), "very slow")
        ])
      )
      yield* TestClock.adjust(499)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect(yield* Fiber.join(fiber)).toBe("slow")
    })
  )

  it.effect("fails with every error, in time order, when all have failed [RU-06]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const fiber = yield* start(
        Effect.flip(
          TaskGroup.firstSuccess([
            after(30, Effect.fail("c")),
            after(10, Effect.fail("a")),
            after(20, Effect.fail("b"))
          ])
        )
      )
      for (let i = 0; i < 30; i++) yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      expect(error).toBeInstanceOf(TaskGroup.AllFailed)
      expect(error.errors).toEqual(["a", "b", "c"])
      expect(error.message).toContain("all 3 attempts failed: a; b; c")
    })
  )

  it.live("awaits the cleanup of the losers before it gives the value, and cancels each once", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const loser = (i: number) => Effect.onInterrupt(Effect.never, () => after(3, log(entries, i)))
        const value = yield* TaskGroup.firstSuccess([loser(1), Effect.as(Effect.sleep(1), "v"), loser(2)])
        expect([value, new Set(entries), entries.length]).toEqual(["v", new Set([1, 2]), 2])
      })
    )
  )

  it.live("takes the first listed of those that are ready at once, however many there are", () =>
    leavesNothing(
      Effect.gen(function* () {
        for (const count of [1, 2, 63, 64, 65, 700]) {
          const attempts = Array.from({ length: count }, (_, i) => Effect.succeed(i))
          expect(yield* TaskGroup.firstSuccess(attempts)).toBe(0)
          expect((yield* Effect.flip(TaskGroup.firstSuccess(attempts.map(Effect.flip)))).errors).toHaveLength(count)
        }
      })
    )
  )

  it.live("ends with a defect of an attempt, or of a loser's cleanup [D17]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const died = yield* Effect.exit(TaskGroup.firstSuccess([Effect.never, Effect.die("boom"), Effect.fail("e")]))
        expect(Exit.isFailure(died) && Cause.squash(died.cause)).toBe("boom")
        const cleanup = Effect.ensuring(Effect.never, Effect.die("cleanup"))
        const loser = yield* Effect.exit(TaskGroup.firstSuccess([cleanup, Effect.as(Effect.sleep(1), "v")]))
        expect(Exit.isFailure(loser) && Cause.squash(loser.cause)).toBe("cleanup")
      })
    )
  )

  it.live("of an empty list is a defect that names the call", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TaskGroup.firstSuccess([]))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("TaskGroup.firstSuccess")
    })
  )

  it.live("an attempt that ends by an interruption counts as lost; when all did, so does the race", () =>
    leavesNothing(
      Effect.gen(function* () {
        const lost = Effect.andThen(Effect.sleep(1), Effect.interrupt)
        const error = yield* Effect.flip(TaskGroup.firstSuccess([lost, Effect.fail("x")]))
        expect(error.errors).toEqual(["x"])
        expect(yield* TaskGroup.firstSuccess([lost, Effect.as(Effect.sleep(3), "v")])).toBe("v")
        expect(Exit.hasInterrupts(yield* Effect.exit(TaskGroup.firstSuccess([lost, Effect.interrupt])))).toBe(true)
      })
    )
  )

  it.live("hands every value that came too late to win to `discard`, and waits for that", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const gate = yield* Deferred.make<void>()
        const attempts = ["w", "l", "m"].map((value) => Effect.as(Deferred.await(gate), value))
        const discard = (loser: string) => Effect.andThen(Effect.sleep(3), log(entries, loser))
        const fiber = yield* start(TaskGroup.firstSuccess(attempts, { discard }))
        yield* Effect.sleep(1)
        yield* Deferred.succeed(gate, undefined)
        expect(yield* Fiber.join(fiber)).toBe("w")
        expect(entries).toEqual(["l", "m"])
      })
    )
  )

  it.live("hands the winner to `discard`, too, when it is cancelled before it could give it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", (scope) => {
          const cleanup = Effect.andThen(scope.cancel("too late"), log(entries, "loser"))
          const attempts = [Effect.succeed("w"), Effect.onInterrupt(Effect.never, () => cleanup)]
          return TaskGroup.firstSuccess(attempts, { discard: (value) => log(entries, value) })
        })
        expect([outcome._tag, entries]).toEqual(["Cancelled", ["loser", "w"]])
      })
    )
  )

  it.live("hands the winner to `discard`, too, when the cleanup of a loser dies", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const attempts = [Effect.as(Effect.sleep(1), "w"), Effect.ensuring(Effect.never, Effect.die("cleanup"))]
        const died = yield* Effect.exit(TaskGroup.firstSuccess(attempts, { discard: (value) => log(entries, value) }))
        expect([Exit.isFailure(died) && Cause.squash(died.cause), entries]).toEqual(["cleanup", ["w"]])
      })
    )
  )

  it.live("ends with the defect of a `discard` that dies", () =>
    leavesNothing(
      Effect.gen(function* () {
        const attempts = [Effect.succeed(1), Effect.succeed(2)]
        const exit = yield* Effect.exit(TaskGroup.firstSuccess(attempts, { discard: () => Effect.die("discard") }))
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("discard")
      })
    )
  )

  it.live("cancelled from outside cancels every attempt", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const attempt = (i: number) => Effect.onInterrupt(Effect.never, () => log(entries, i))
        const scope = yield* CancelScope.make("s")
        const fiber = yield* start(CancelScope.enter(scope)(TaskGroup.firstSuccess([attempt(1), attempt(2)])))
        yield* Effect.sleep(1)
        yield* scope.cancel()
        expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
        expect(entries).toEqual([1, 2])
      })
    )
  )
})

describe("with stagger", () => {
  const starting = (entries: Array<number>, began: number, length: number, end: Effect.Effect<string, string>) =>
    Effect.flatMap(CancelScope.now, (now) => {
      entries.push(Math.round(now - began))
      return after(length, end)
    })

  it.effect("the next attempt starts that much later, or as soon as the last one failed", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const entries: Array<number> = []
      const began = yield* CancelScope.now
      const attempts = [
        starting(entries, began, 30, Effect.fail("x")),
        starting(entries, began, 500, Effect.succeed("slow")),
        starting(entries, began, 20, Effect.succeed("v")),
        starting(entries, began, 0, Effect.succeed("never started"))
      ]
      const fiber = yield* start(TaskGroup.firstSuccess(attempts, { stagger: 100 }))
      for (let i = 0; i < 20; i++) yield* TestClock.adjust(10)
      expect(yield* Fiber.join(fiber)).toBe("v")
      expect(entries).toEqual([0, 30, 130])
    })
  )

  it.live("attempts that fail at once start one after another, and all their errors are there", () =>
    leavesNothing(
      Effect.gen(function* () {
        const attempts = Array.from({ length: 200 }, (_, i) => Effect.fail(i))
        const error = yield* Effect.flip(TaskGroup.firstSuccess(attempts, { stagger: "1 hour" }))
        expect(error.errors).toEqual(attempts.map((_, i) => i))
      })
    )
  )

  it.live("NaN is a defect that names the argument [TO-07]", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TaskGroup.firstSuccess([Effect.void], { stagger: Number.NaN }))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("stagger of TaskGroup.firstSuccess")
    })
  )
})
