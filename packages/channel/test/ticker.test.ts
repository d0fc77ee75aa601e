import { leavesNothing, VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { start } from "./support/running.ts"

/** On virtual time that begins at 0. */
const on = (body: () => Generator<Effect.Effect<any, any, Scope.Scope>, void, never>) =>
  VirtualClock.run(Effect.scoped(Effect.gen(body)))

const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

it.live("ticks that a busy reader has missed are one, and the next come at their times [XC-05]", () =>
  on(function* () {
    const ticks = yield* Channel.ticker(100)
    yield* Effect.sleep(350)
    const seen: Array<readonly [number, number]> = []
    for (let i = 0; i < 3; i++) seen.push([yield* ticks.receive, yield* now])
    // What it gives is the time at which the tick was due: the first of those that were missed.
    expect(seen).toEqual([
      [100, 350],
      [400, 400],
      [500, 500]
    ])
    expect((yield* ticks.statistics).missed).toBe(2)
  })
)

it.live("the times do not drift, however long the reader takes between them", () =>
  on(function* () {
    yield* Effect.sleep(7)
    const ticks = yield* Channel.ticker(100)
    const seen: Array<number> = []
    for (const pause of [30, 60, 99, 0]) {
      seen.push(yield* ticks.receive)
      yield* Effect.sleep(pause)
    }
    expect(seen).toEqual([107, 207, 307, 407])
    expect((yield* ticks.statistics).missed).toBe(0)
  })
)

it.live("while a tick lies there unread no timer is set, and none is left when the scope closes", () =>
  on(function* () {
    const scope = yield* Scope.make()
    const ticks = yield* Scope.provide(Channel.ticker(100), scope)
    expect(yield* VirtualClock.timers).toBe(1)
    const begun = yield* VirtualClock.timers
    yield* Effect.sleep(1000)
    expect(yield* VirtualClock.timers).toBe(begun - 1)
    expect(yield* ticks.receive).toBe(100)
    expect(yield* VirtualClock.timers).toBe(begun)
    const clone = yield* ticks.clone
    const waiting = yield* start(clone.receiveOption)
    yield* Scope.close(scope, Exit.void)
    expect(yield* VirtualClock.timers).toBe(0)
    expect(yield* Fiber.join(waiting)).toEqual(Option.none())
    expect(yield* Effect.map(Effect.flip(ticks.receive), Cause.isDone)).toBe(true)
  })
)

it.live(
  "a clone that outlives the scope reads the tick that lies there, and then the end; no timer is set for more",
  () =>
    on(function* () {
      const scope = yield* Scope.make()
      const ticks = yield* Scope.provide(Channel.ticker(100), scope)
      const clone = yield* ticks.clone
      yield* Effect.sleep(150)
      yield* Scope.close(scope, Exit.void)
      expect(yield* ticks.receiveOption).toEqual(Option.none())
      expect([yield* clone.receiveOption, yield* clone.receiveOption]).toEqual([Option.some(100), Option.none()])
      expect(yield* VirtualClock.timers).toBe(0)
    })
)

it.live("no timer is left when the reader gives up its receiver, or nobody ever reads", () =>
  on(function* () {
    const ticks = yield* Channel.ticker(100)
    yield* Effect.scoped(Channel.ticker(10))
    expect(yield* VirtualClock.timers).toBe(1)
    yield* ticks.cancel
    expect(yield* VirtualClock.timers).toBe(0)
  })
)

it.live(
  "a tick that comes back from a cancelled receive is read by the next, and the one after it counts as missed",
  () =>
    on(function* () {
      const ticks = yield* Channel.ticker(100)
      const waiting = yield* start(ticks.receive)
      const sleeper = yield* start(
        Effect.andThen(
          Effect.sleep(100),
          Effect.suspend(() => Fiber.interrupt(waiting))
        )
      )
      yield* Fiber.join(sleeper)
      yield* Effect.sleep(150)
      const seen: Array<number> = []
      for (let i = 0; i < 2; i++) seen.push(yield* ticks.receive)
      const statistics = yield* ticks.statistics
      expect(seen[1]).toBe(300)
      // Whether the receive had its tick before it was cancelled is the scheduler's choice.
      expect([seen[0], statistics.missed]).toEqual(seen[0] === 100 ? [100, 1] : [200, 0])
    })
)

it.live("it works as a clause of a select, on Effect's own clock, too", () =>
  leavesNothing(
    Effect.gen(function* () {
      const begun = performance.now()
      const ticks = yield* Channel.ticker("2 millis")
      const { receiver } = yield* Channel.make<string>("never")
      const first = yield* Channel.select({ tick: Channel.receiving(ticks), mail: Channel.receiving(receiver) })
      const second = yield* ticks.receive
      expect(first._tag).toBe("tick")
      expect(Number(first.value) - begun).toBeGreaterThan(1)
      const intervals = (second - Number(first.value)) / 2
      expect(intervals).toBeCloseTo(Math.round(intervals), 6)
    }).pipe(Effect.scoped)
  )
)

it.effect("an interval that is NaN or not more than 0 is a defect, and an infinite one never ticks", () =>
  Effect.gen(function* () {
    const defectOf = (every: number) =>
      Effect.map(Effect.exit(Channel.ticker(every)), (exit) => Exit.isFailure(exit) && String(Cause.squash(exit.cause)))
    expect(yield* defectOf(Number.NaN)).toContain("interval of Channel.ticker is")
    for (const every of [0, -1])
      expect(yield* defectOf(every)).toContain("the interval of Channel.ticker is not more than 0. Pass a longer one.")
    const ticks = yield* Channel.ticker(Infinity)
    expect(yield* ticks.tryReceive).toEqual({ _tag: "Empty" })
  })
)
