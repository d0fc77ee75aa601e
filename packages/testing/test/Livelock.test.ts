import { expect, it } from "@effect/vitest"
import * as TaskGroup from "@ferrule/task-group"
import { Deferred, Effect } from "effect"
import { Livelock, VirtualClock } from "../src/index.ts"

const livelockOf = <A, E>(program: Effect.Effect<A, E>, options: VirtualClock.Options) =>
  Effect.map(Effect.flip(VirtualClock.run(program, options)), (error) => {
    expect(error).toBeInstanceOf(Livelock)
    return error as Livelock
  })

it.live("a program that never waits is reported, with its instant and its steps [S-96]", () =>
  Effect.gen(function* () {
    const spinning = Effect.andThen(Effect.sleep(7), Effect.forever(Effect.yieldNow))
    const spun = yield* livelockOf(spinning, { maxSteps: 20_000 })
    expect(spun.at).toBe(7)
    expect(spun.steps).toBeGreaterThan(20_000)
    expect(spun.message).toMatch(/^livelock at 7 ms: 2\d{4} steps were run and the clock did not move/)
  })
)

it.live("two tasks that only hand each other the turn are named, and those that wait are not", () =>
  Effect.gen(function* () {
    const program = TaskGroup.run("court", function* (group) {
      let ball = yield* Deferred.make<void>()
      const play = Effect.forever(
        Effect.gen(function* () {
          const mine = ball
          ball = yield* Deferred.make<void>()
          yield* Deferred.succeed(mine, undefined)
          yield* Effect.yieldNow
          yield* Deferred.await(mine)
        })
      )
      yield* group.spawn(play, "ping")
      yield* group.spawn(play, "pong")
      yield* group.spawn(Effect.sleep("1 hour"), "spectator")
    })
    const { running } = yield* livelockOf(program, { maxSteps: 5_000 })
    expect(new Set(running.map(({ path }) => path.at(-1)))).toEqual(new Set(["ping", "pong"]))
  })
)

it.live("a loop of operations that never gives way by itself is reported when its real time is used up", () =>
  Effect.gen(function* () {
    const spun = yield* livelockOf(Effect.forever(Effect.void), { patience: 200 })
    expect(spun.at).toBe(0)
    expect(spun.running).toHaveLength(1)
  })
)

it.live("timers that arm each other at one instant are reported, too", () =>
  Effect.gen(function* () {
    const again: Effect.Effect<void> = Effect.suspend(() => Effect.andThen(Effect.sleep(0), again))
    expect((yield* livelockOf(again, { maxSteps: 1_000 })).at).toBe(0)
  })
)

it.live("a hundred thousand steps at one instant are none", () =>
  Effect.gen(function* () {
    const busy = Effect.forEach(Array.from({ length: 100_000 }), () => Effect.yieldNow, { discard: true })
    expect((yield* VirtualClock.observe(busy)).problem).toBe(undefined)
  })
)

it.live("many steps at many instants are none", () =>
  Effect.gen(function* () {
    const busy = Effect.forEach(Array.from({ length: 1_000 }), () => Effect.sleep(1), { discard: true })
    expect((yield* VirtualClock.observe(busy, { maxSteps: 10 })).problem).toBe(undefined)
  })
)

it.live("a program that ends while it is watched is none", () =>
  Effect.gen(function* () {
    const busy = Effect.forEach(Array.from({ length: 1_500 }), () => Effect.yieldNow, { discard: true })
    expect(yield* VirtualClock.run(Effect.as(busy, "done"), { maxSteps: 500 })).toBe("done")
  })
)

it.live("what spins is cancelled before the report, and so is what cannot be, as far as it goes [S-96]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const cleaned = Effect.sync(() => void log.push("cleaned up"))
    yield* livelockOf(Effect.ensuring(Effect.forever(Effect.yieldNow), cleaned), { maxSteps: 1_000 })
    expect(log).toEqual(["cleaned up"])
    const stubborn = Effect.uninterruptible(Effect.forever(Effect.yieldNow))
    const { exit, problem } = yield* VirtualClock.observe(stubborn, { maxSteps: 1_000 })
    expect([exit, problem?._tag]).toEqual([undefined, "Livelock"])
  })
)
