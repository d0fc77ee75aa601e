/**
 * Random programs that go through limits, on a scheduler that serves in random order and may take a fiber off before any
 * operation, and on a clock whose timers are late at random. They are cancelled at random, by interruption and by a mark
 * on their scope; some cannot be interrupted. No start is lost, and none comes twice.
 */
import { cancelNode, Region, runRegion, traceOf } from "@ferrule/runtime"
import { Clock, Effect, type Fiber } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as Limit from "../src/index.ts"
import { ManualClock } from "./support/ManualClock.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"

const histories = Number(process.env["FERRULE_HISTORIES"] ?? 1_500)

class World {
  readonly clock = new ManualClock()
  readonly scheduler: RandomScheduler
  readonly fibers: Array<Fiber.Fiber<unknown, unknown>> = []
  private readonly regions: Array<Region<unknown, never>> = []

  constructor(seed: number) {
    this.scheduler = new RandomScheduler(randomFrom(seed))
  }

  start(self: Effect.Effect<unknown>, masked: boolean): void {
    const region = new Region<unknown, never>("region")
    const run = runRegion(region, masked ? Effect.uninterruptible(self) : self, (exit) => Effect.succeed(exit))
    this.regions.push(region)
    this.fibers.push(Effect.runFork(Effect.provideService(run, Clock.Clock, this.clock), { scheduler: this.scheduler }))
  }

  runSync<A>(self: Effect.Effect<A>): A {
    return Effect.runSync(Effect.provideService(self, Clock.Clock, this.clock))
  }

  interrupt(which: number): void {
    this.fibers[which % Math.max(1, this.fibers.length)]?.interruptUnsafe()
  }

  /** Cancels a scope; its fiber is told later. */
  mark(which: number): void {
    const region = this.regions[which % Math.max(1, this.regions.length)]
    if (region !== undefined) cancelNode(region, traceOf(region, { _tag: "Requested" }, 0, undefined), true)
  }

  run(steps: number): void {
    for (let i = 0; i < steps; i++) this.scheduler.step()
  }
}

const command = (op: string, weight: number) => ({
  weight,
  arbitrary: fc.record({ op: fc.constant(op), n: fc.nat({ max: 30 }) })
})

const rateCommands = fc.array(
  fc.oneof(
    command("come", 10),
    command("interrupt", 3),
    command("mark", 2),
    command("run", 5),
    command("pass", 4),
    command("fire", 3)
  ),
  { minLength: 5, maxLength: 40 }
)

it("no start of a rate is lost, and nobody overtakes, in random histories", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), rateCommands, fc.integer(), (burst, all, seed) => {
      const world = new World(seed)
      const { clock } = world
      const limit = world.runSync(Limit.rate({ times: 1, per: 10, burst }))
      const starts: Array<number> = []
      const work = limit(Effect.sync(() => void starts.push(clock.now)))
      for (const [i, { n, op }] of all.entries()) {
        if (op === "come") world.start(work, i % 3 === 0)
        else if (op === "interrupt") world.interrupt(n)
        else if (op === "mark") world.mark(n)
        else if (op === "run") world.run(n)
        else if (op === "pass") clock.now += n
        else clock.fire()
        expect(clock.armed.length).toBeLessThanOrEqual(1)
        expect(starts.length).toBeLessThanOrEqual(burst + Math.floor(clock.now / 10))
      }
      world.scheduler.toTheEnd()
      clock.fire()
      world.scheduler.toTheEnd()
      // At rest whoever waits may not start yet, and a timer is set for when it may.
      const waiting = world.runSync(limit.waiting)
      expect(clock.armed.length).toBe(waiting > 0 ? 1 : 0)
      for (const at of clock.armed) expect(at).toBeGreaterThan(clock.now)
      // One by one, on the beat, they all have their turn.
      const before = starts.length
      for (let left = waiting; left > 0; left--) {
        clock.now = clock.armed[0]!
        clock.fire()
        world.scheduler.toTheEnd()
      }
      expect(starts.length - before).toBe(waiting)
      expect(clock.armed).toEqual([])
      const later = starts.slice(before)
      for (const [i, at] of later.entries()) if (i > 0) expect(at - later[i - 1]!).toBe(10)
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
    }),
    { numRuns: histories }
  )
})

it("who comes while a timer is late does not overtake those who wait", () => {
  const world = new World(1)
  const limit = world.runSync(Limit.rate({ times: 1, per: 10 }))
  const order: Array<number> = []
  for (const who of [0, 1]) {
    world.start(limit(Effect.sync(() => void order.push(who))), false)
    world.scheduler.toTheEnd()
  }
  world.clock.now = 15
  world.start(limit(Effect.sync(() => void order.push(2))), false)
  world.scheduler.toTheEnd()
  expect(order).toEqual([0])
  world.clock.fire()
  world.scheduler.toTheEnd()
  expect(order).toEqual([0, 1])
  world.clock.now = 20
  world.clock.fire()
  world.scheduler.toTheEnd()
  expect(order).toEqual([0, 1, 2])
})

/** A limit of one that takes its time to say what is borrowed. */
const slowToSay = Effect.map(Limit.concurrent(1), (limit) =>
  Object.assign(<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => limit(self), {
    ...limit,
    borrowed: Effect.andThen(Effect.andThen(Effect.yieldNow, Effect.yieldNow), limit.borrowed)
  })
)

const keyCommands = fc.array(
  fc.oneof(command("a", 6), command("b", 6), command("interrupt", 3), command("mark", 2), command("run", 6)),
  { minLength: 5, maxLength: 40 }
)

it("a key that is used is never forgotten, in random histories", () => {
  fc.assert(
    fc.property(keyCommands, fc.integer(), (all, seed) => {
      const world = new World(seed)
      const perKey = world.runSync(Limit.keyed(() => slowToSay))
      const inside = new Map<string, number>()
      const count = (key: string, by: number) => {
        const now = (inside.get(key) ?? 0) + by
        inside.set(key, now)
        expect([0, 1]).toContain(now)
      }
      const work = (key: string) => {
        const use = Effect.acquireUseRelease(
          Effect.sync(() => count(key, 1)),
          () => Effect.andThen(Effect.yieldNow, Effect.yieldNow),
          () => Effect.sync(() => count(key, -1))
        )
        return perKey(key)(use)
      }
      for (const [i, { n, op }] of all.entries()) {
        if (op === "interrupt") world.interrupt(n)
        else if (op === "mark") world.mark(n)
        else if (op === "run") world.run(n)
        else world.start(work(op), i % 3 === 0)
      }
      world.scheduler.toTheEnd()
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
      for (const fiber of world.fibers) expect(JSON.stringify(fiber.pollUnsafe())).not.toContain("AssertionError")
    }),
    { numRuns: histories }
  )
})
