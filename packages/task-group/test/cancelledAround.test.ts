/**
 * What operations of a group do between the step in which a scope around it is marked as cancelled, and the one in
 * which their own fiber is told. Found by running the scenarios cancelled at every step.
 */
import * as CancelScope from "@ferrule/cancel-scope"
import { cancelEverywhere } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as TaskGroup from "../src/index.ts"

it.live("start in a cancelled scope is cancelled, and no defect of its caller [TG-30, S-297]", () =>
  Effect.gen(function* () {
    const program = () =>
      TaskGroup.run("main", (group) =>
        CancelScope.run("caller", () => group.start(Effect.as(Effect.sleep(1), TaskGroup.ready(1, Effect.void))))
      )
    // Anything that dies is reported.
    const { runs } = yield* cancelEverywhere(
      program,
      (_, exit) => Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)
    )
    expect(runs).toBeGreaterThan(100)
  })
)

it.live("a group whose tasks were cut off from outside does not give the value of its body [TG-06, S-298]", () =>
  Effect.gen(function* () {
    const after: Array<string> = []
    const released: Array<string> = []
    const exits: Array<Exit.Exit<unknown, unknown>> = []
    yield* CancelScope.run("outer", function* (scope) {
      // A fiber of Effect's own is interrupted when the one that forked it ends, and that waits for it here.
      const fork = yield* Effect.forkChild(
        TaskGroup.run("main", function* (group) {
          yield* Effect.addFinalizer((exit) => Effect.sync(() => void released.push(exit._tag)))
          yield* group.spawn(Effect.never)
          return "value"
        }).pipe(Effect.tap(() => Effect.sync(() => void after.push("went on")))),
        { startImmediately: true }
      )
      yield* Effect.uninterruptible(
        Effect.gen(function* () {
          yield* Effect.yieldNow
          scope.cancelUnsafe("over")
          exits.push(yield* Fiber.await(fork))
        })
      )
    })
    expect(exits.map((exit) => Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))).toEqual([true])
    expect([after, released]).toEqual([[], ["Failure"]])
  })
)
