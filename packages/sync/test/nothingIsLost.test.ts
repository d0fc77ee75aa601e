/**
 * Random programs that take permits in every way there is, and tasks that meet on a condition, on a scheduler that serves
 * in random order and may take a fiber off before any operation. They are cancelled at random, by interruption and by a
 * mark on their scope; some cannot be interrupted. No permit, lock or notification is lost, and none is there twice.
 */
import * as Channel from "@ferrule/channel"
import { mayLeave } from "@ferrule/testing/vitest"
import { Effect, type Fiber, Option } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as Sync from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { region, upTo } from "./support/running.ts"

const histories = Number(process.env["FERRULE_HISTORIES"] ?? 1_500)

/** Fibers on a scheduler that runs when it is told to. */
class World {
  readonly scheduler: RandomScheduler
  readonly fibers: Array<Fiber.Fiber<unknown, unknown>> = []
  private readonly marks: Array<() => void> = []

  constructor(seed: number) {
    this.scheduler = new RandomScheduler(randomFrom(seed))
  }

  /** Every third program cannot be interrupted: it is served although its scope was cancelled. */
  start(self: Effect.Effect<unknown>, masked: boolean): void {
    const { run, mark } = region(masked ? Effect.uninterruptible(self) : self)
    this.fibers.push(Effect.runFork(run, { scheduler: this.scheduler }))
    this.marks.push(mark)
  }

  cancel(which: number): void {
    this.fibers[which % Math.max(1, this.fibers.length)]?.interruptUnsafe()
  }

  mark(which: number): void {
    this.marks[which % Math.max(1, this.marks.length)]?.()
  }

  run(steps: number): void {
    for (let i = 0; i < steps; i++) this.scheduler.step()
  }

  rest(): void {
    this.scheduler.toTheEnd()
  }
}

/** Runs `self` between two counts: both are made, or none is, wherever it is cancelled. */
const between = <A>(enter: () => void, self: Effect.Effect<A>, leave: () => void): Effect.Effect<A> =>
  Effect.suspend(() => {
    let entered = false
    const inside = Effect.suspend(() => {
      entered = true
      enter()
      return self
    })
    return Effect.ensuring(
      inside,
      Effect.sync(() => {
        if (entered) leave()
      })
    )
  })

interface Command<Op> {
  readonly op: Op | "cancel" | "mark" | "run"
  readonly n: number
}

const commands = <Op extends string>(...ops: ReadonlyArray<Op>): fc.Arbitrary<ReadonlyArray<Command<Op>>> =>
  fc.array(
    fc.record<Command<Op>>({
      op: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...ops) },
        { weight: 6, arbitrary: fc.constantFrom("cancel" as const, "mark" as const) },
        { weight: 6, arbitrary: fc.constant("run" as const) }
      ),
      n: fc.nat({ max: 30 })
    }),
    { minLength: 5, maxLength: 40 }
  )

/** Plays the commands; `program` gives what the others stand for. */
const play = <Op extends string>(
  world: World,
  all: ReadonlyArray<Command<Op>>,
  program: (op: Op, n: number) => Effect.Effect<unknown>,
  law: () => void
): void => {
  for (const [i, { n, op }] of all.entries()) {
    if (op === "run") world.run(n)
    else if (op === "cancel") world.cancel(n)
    else if (op === "mark") world.mark(n)
    else world.start(program(op, n), i % 3 === 0)
    law()
  }
  world.rest()
  law()
}

it("permits are with one at a time, and all come back, in random histories", () => {
  const ops = commands("withPermits", "acquire", "tryAcquire", "select", "selectTwo", "resize")
  let total = 0
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), ops, fc.integer(), (permits, all, seed) => {
      const world = new World(seed)
      const semaphore = Effect.runSync(Sync.semaphore(permits))
      let [inside, most, ran] = [0, permits, 0]
      const use = (n: number) =>
        between(
          () => {
            inside += n
            ran++
          },
          Effect.andThen(Effect.yieldNow, Effect.yieldNow),
          () => (inside -= n)
        )
      /** What was given to a continuation is used, and released whatever happens. */
      const using = (given: Sync.Permits, n: number) => Effect.ensuring(use(n), given.release)
      const program = (op: string, n: number): Effect.Effect<unknown> => {
        const weight = 1 + (n % permits)
        const one = Sync.acquiring(semaphore, 1)
        switch (op) {
          case "withPermits":
            return semaphore.withPermits(weight)(use(weight))
          case "acquire":
            return Effect.scoped(Effect.andThen(semaphore.acquire(weight), use(weight)))
          case "tryAcquire":
            // Masked, but for the attempt: between the answer and the release nothing may come.
            return Effect.uninterruptibleMask((restore) =>
              Effect.flatMap(restore(semaphore.tryAcquire(weight)), (found) =>
                Option.isSome(found) ? using(found.value, weight) : Effect.void
              )
            )
          case "select":
            return Effect.uninterruptibleMask((restore) =>
              Effect.flatMap(restore(Channel.select({ one })), ({ value }) => using(value, 1))
            )
          case "selectTwo":
            return Effect.uninterruptibleMask((restore) =>
              Effect.flatMap(
                restore(Channel.select({ one, all: Sync.acquiring(semaphore, permits), again: one })),
                ({ _tag, value }) => using(value, _tag === "all" ? permits : 1)
              )
            )
          default:
            most = Math.max(most, n % 7)
            return semaphore.resize(n % 7)
        }
      }
      play(world, all, program, () => {
        const { taken } = Effect.runSync(semaphore.statistics)
        expect(inside).toBeLessThanOrEqual(taken)
        expect(taken).toBeLessThanOrEqual(most)
      })
      // Nobody waits in vain: with room for all, all who wait get what they want, and give it back.
      Effect.runSync(semaphore.resize(100))
      world.rest()
      expect(Effect.runSync(semaphore.statistics)).toEqual({ permits: 100, taken: 0, waiting: 0 })
      expect(inside).toBe(0)
      total += ran
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
    }),
    { numRuns: histories }
  )
  expect(total).toBeGreaterThan(histories)
})

it("at rest whoever is first in line does not fit, in random histories", () => {
  mayLeave(["fibers", "permits", "waiters"], "each history is looked at as it stands, and dropped")
  const ops = commands("hold", "holdTwo", "acquire")
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), ops, fc.integer(), (permits, all, seed) => {
      const world = new World(seed)
      const semaphore = Effect.runSync(Sync.semaphore(permits))
      const program = (op: string): Effect.Effect<unknown> =>
        op === "acquire"
          ? Effect.scoped(Effect.andThen(semaphore.acquire(), Effect.never))
          : semaphore.withPermits(op === "hold" ? 1 : 2)(Effect.never)
      play(world, all, program, () => {})
      const { taken, waiting } = Effect.runSync(semaphore.statistics)
      if (waiting > 0) expect(taken).toBeGreaterThanOrEqual(permits - 1)
      for (const fiber of world.fibers) fiber.interruptUnsafe()
      world.rest()
      // What cannot be interrupted holds on to what it has: nobody else does.
      const masked = world.fibers.filter((fiber) => fiber.pollUnsafe() === undefined).length
      const left = Effect.runSync(semaphore.statistics)
      expect(left.taken === 0).toBe(masked === 0)
      expect(left.waiting).toBeLessThanOrEqual(masked)
    }),
    { numRuns: histories }
  )
})

it("no notification is lost, and nobody is in the mutex beside another, in random histories", () => {
  const ops = commands("consume", "consume", "produce", "produceMany")
  fc.assert(
    fc.property(ops, fc.integer(), (all, seed) => {
      const world = new World(seed)
      const mutex = Effect.runSync(Sync.mutex)
      const changed = Effect.runSync(Sync.condition(mutex))
      let [inside, items, waiting] = [0, 0, 0]
      /** Alone in the mutex, cleanup included, but while it waits. */
      const alone = <A>(self: Effect.Effect<A>): Effect.Effect<A> =>
        mutex(
          between(
            () => expect(++inside).toBe(1),
            self,
            () => expect(inside--).toBe(1)
          )
        )
      // In the step that leaves the mutex the next one may come in; in that of the return nobody is.
      const leave = (): void => {
        inside--
        waiting++
      }
      const comeBack = (): void => {
        waiting--
        inside++
      }
      // Masked but for the wait: who was notified and goes on takes an item, or the notification was in vain.
      const consume = Effect.uninterruptibleMask((restore) => {
        const wait = between(leave, restore(changed.wait), comeBack)
        const loop = Effect.whileLoop({ while: () => items === 0, body: () => wait, step: () => {} })
        return Effect.andThen(loop, () => Effect.sync(() => void items--))
      })
      const program = (op: string, n: number): Effect.Effect<unknown> => {
        if (op === "consume") return alone(consume)
        const many = op === "produce" ? 1 : n % 4
        const add = Effect.uninterruptible(
          Effect.andThen(
            Effect.sync(() => (items += many)),
            changed.notify(many)
          )
        )
        return alone(add)
      }
      play(world, all, program, () => expect(inside).toBeLessThanOrEqual(1))
      expect(items === 0 || waiting === 0).toBe(true)
      for (const fiber of world.fibers) fiber.interruptUnsafe()
      world.rest()
      // What cannot be interrupted still waits, and is served when there is something.
      world.start(
        alone(
          Effect.andThen(
            Effect.sync(() => (items += 100)),
            changed.notifyAll
          )
        ),
        true
      )
      world.rest()
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
      expect([inside, waiting, Effect.runSync(mutex.locked)]).toEqual([0, 0, false])
    }),
    { numRuns: histories }
  )
})

it("two tasks that would leave one stay in the mutex at once do not lose it, in random histories", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const world = new World(seed)
      const mutex = Effect.runSync(Sync.mutex)
      const changed = Effect.runSync(Sync.condition(mutex))
      const both = Effect.all([Effect.exit(changed.wait), Effect.exit(changed.wait)], { concurrency: 2 })
      world.start(mutex(both), false)
      world.rest()
      for (const _ of [1, 2]) {
        world.start(mutex(changed.notifyAll), true)
        world.rest()
      }
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
      expect(Effect.runSync(mutex.locked)).toBe(false)
    }),
    { numRuns: histories }
  )
})

it("whoever waits for an event that is set goes on, in random histories", () => {
  fc.assert(
    fc.property(commands("wait", "wait", "set"), fc.integer(), (all, seed) => {
      const world = new World(seed)
      const event = Effect.runSync(Sync.event)
      play(
        world,
        all,
        (op) => event[op],
        () => {}
      )
      if (!Effect.runSync(event.isSet)) world.start(event.set, true)
      world.rest()
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
    }),
    { numRuns: histories }
  )
})

it("a barrier lets its tasks through by the number, and keeps the rest, in random histories", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), commands("wait"), fc.integer(), (parties, all, seed) => {
      const world = new World(seed)
      const barrier = Effect.runSync(Sync.barrier(parties))
      const numbers: Array<number> = []
      const pass = Effect.map(barrier.wait, (number) => void numbers.push(number))
      play(
        world,
        all,
        () => pass,
        () => {}
      )
      const waiting = world.fibers.filter((fiber) => fiber.pollUnsafe() === undefined).length
      expect(waiting).toBeLessThan(parties)
      // Who was cancelled as it was let through does not say its number.
      const times = upTo(parties).map((number) => numbers.filter((other) => other === number).length)
      const cancelled = world.fibers.length - waiting - numbers.length
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(cancelled)
      for (let i = waiting; i > 0 && i < parties; i++) world.start(pass, true)
      world.rest()
      for (const fiber of world.fibers) expect(fiber.pollUnsafe()).toBeDefined()
    }),
    { numRuns: histories }
  )
})
