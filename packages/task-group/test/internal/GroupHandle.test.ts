import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { run, type TaskGroup } from "../../src/index.ts"

/** Sound: there is no other kind of group. */
const readersOf = (group: TaskGroup): number =>
  (group as unknown as { readonly region: { readonly readers?: ReadonlySet<unknown> } }).region.readers?.size ?? 0

it.effect("a task that cancels the tasks of its group stops at its next operation", () =>
  Effect.gen(function* () {
    let wentOn = false
    yield* run("group", function* (group) {
      const goOn = Effect.sync(() => void (wentOn = true))
      yield* group.spawn(Effect.andThen(group.cancelTasks(), goOn))
    })
    expect(wentOn).toBe(false)
  })
)

it.effect("who has read completions to an end is not told of any more", () =>
  run("group", function* (group) {
    yield* group.spawn(Effect.void)
    yield* group.spawn(Effect.void)
    yield* Stream.runDrain(Stream.take(group.completions, 1))
    expect(readersOf(group)).toBe(0)
  })
)

it.effect("to close without drain cancels in that very step", () =>
  VirtualClock.run(
    run("group", function* (group) {
      const task = yield* group.spawn(Effect.never, { immediate: true })
      const closing = yield* Effect.forkChild(group.close(), { startImmediately: true })
      expect(yield* task.status).toBe("cancelling")
      yield* Fiber.join(closing)
    })
  )
)

it.effect("whose close was cut short is waited for by the next that closes", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const log: Array<string> = []
      const note = (what: string) => Effect.sync(() => void log.push(what))
      yield* run("group", function* (group) {
        yield* group.spawn(
          Effect.gen(function* () {
            yield* Effect.timeoutOption(group.close({ drain: 10_000 }), 10)
            yield* Effect.uninterruptible(Effect.andThen(Effect.sleep(100), note("the first has ended")))
          })
        )
        yield* group.spawn(
          Effect.andThen(Effect.sleep(20), Effect.uninterruptible(Effect.andThen(group.close(), note("closed"))))
        )
      })
      expect(log).toEqual(["the first has ended", "closed"])
    })
  )
)
