import { expect, it } from "@effect/vitest"
import type { TimerClock } from "@ferrule/runtime"
import * as TaskGroup from "@ferrule/task-group"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { VirtualClock } from "../src/index.ts"

const detach = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkDetach(self, { startImmediately: true })

const arm = Effect.clockWith((clock) =>
  Effect.sync(() => (clock as TimerClock)["~ferrule/runtime/TimerClock"].timer(100, "deadline", () => {}))
)

it.live("a fiber that waits when the program ends is reported [S-96]", () =>
  Effect.gen(function* () {
    const { exit, problem } = yield* VirtualClock.observe(Effect.as(detach(Effect.never), "v"))
    expect(problem).toMatchObject({ _tag: "LeftBehind", fibers: 1, timers: 0 })
    expect(problem?.message).toMatch(/^left behind by a program that has ended: 1 fiber\. .*\n {2}fiber \d+$/)
    expect(exit).toEqual(Exit.succeed("v"))
  })
)

it.live("a timer is, with the fiber that waits for it or without one [S-96]", () =>
  Effect.gen(function* () {
    const sleeping = yield* VirtualClock.observe(detach(Effect.sleep(10)))
    expect(sleeping.problem).toMatchObject({ fibers: 1, timers: 1 })
    const bare = yield* VirtualClock.observe(arm)
    expect(bare.problem).toMatchObject({ fibers: 0, timers: 1, known: [] })
  })
)

it.live("a fiber that never comes to rest is reported and cancelled, too", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const cleaned = Effect.sync(() => void log.push("cleaned up"))
    const spinning = Effect.ensuring(Effect.forever(Effect.yieldNow), cleaned)
    const { problem } = yield* VirtualClock.observe(Effect.forkDetach(spinning))
    expect(problem).toMatchObject({ _tag: "LeftBehind", fibers: 1 })
    expect(log).toEqual(["cleaned up"])
  })
)

it.live("a fiber that ends the program from its own stack, and then itself, is not left behind", () =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      yield* Effect.forkDetach(Effect.andThen(Deferred.succeed(ended, undefined), Effect.void))
      yield* Deferred.await(ended)
    })
    expect((yield* VirtualClock.observe(program)).problem).toBe(undefined)
  })
)

it.live("what was left behind is cancelled, and cleans up on virtual time, before the report [S-96]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const cleanup = Effect.andThen(
      Effect.sleep(50),
      Effect.sync(() => void log.push("cleaned up"))
    )
    const { at, problem } = yield* VirtualClock.observe(detach(Effect.onInterrupt(Effect.never, () => cleanup)))
    expect([at, problem?._tag, log]).toEqual([0, "LeftBehind", ["cleaned up"]])
  })
)

it.live("an error of the program comes before what it left behind, both typed", () =>
  Effect.gen(function* () {
    const program = Effect.andThen(detach(Effect.never), Effect.fail("e"))
    const exit = yield* Effect.exit(VirtualClock.run(program))
    const errors = Exit.isFailure(exit) ? exit.cause.reasons.map((r) => (r._tag === "Fail" ? r.error : r._tag)) : []
    expect(errors).toEqual(["e", expect.objectContaining({ _tag: "LeftBehind" })])
  })
)

it.live("a group leaves nothing behind, nor does a child of the program", () =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      yield* Effect.forkChild(Effect.never, { startImmediately: true })
      const fiber = yield* detach(TaskGroup.run("group", (group) => Effect.asVoid(group.spawn(Effect.sleep(10)))))
      yield* Fiber.join(fiber)
    })
    const { at, problem } = yield* VirtualClock.observe(program)
    expect({ at, problem }).toEqual({ at: 10, problem: undefined })
  })
)
