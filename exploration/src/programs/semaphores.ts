import { Deferred, Effect, Exit, Fiber, Option } from "effect"
import { Channel, Sync } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"
import type { World } from "../World.ts"
import { Inside } from "../Inside.ts"

const allFree = (see: World, semaphore: Sync.Semaphore, permits: number) =>
  Effect.map(semaphore.statistics, (now) =>
    see.equal(now, { permits, taken: 0, waiting: 0 }, "every permit came back, and nobody waits")
  )

export const semaphorePrograms: ReadonlyArray<Program> = [
  program("permits are used by so many at once, and all come back", ["S-150", "S-151", "S-152"], function* (see) {
    const semaphore = yield* Sync.semaphore(2)
    const { use } = new Inside(see, 2)
    yield* together(
      semaphore.withPermits(1)(use(1)),
      semaphore.withPermits(2)(use(2)),
      semaphore.withPermits(1)(use(1))
    )
    yield* allFree(see, semaphore, 2)
  }),

  program("who waits for many is not overtaken by who wants few", ["S-150"], function* (see) {
    const semaphore = yield* Sync.semaphore(2)
    const gate = yield* Deferred.make<void>()
    const holder = yield* Effect.forkChild(semaphore.withPermits(1)(Deferred.await(gate)))
    while ((yield* semaphore.statistics).taken === 0) yield* Effect.yieldNow
    const many = yield* Effect.forkChild(semaphore.withPermits(2)(see.note("many")))
    while ((yield* semaphore.statistics).waiting === 0) yield* Effect.yieldNow
    const few = yield* Effect.forkChild(semaphore.withPermits(1)(see.note("few")))
    see.that(Option.isNone(yield* semaphore.tryAcquire(1)), "tryAcquire takes nothing while somebody waits")
    yield* Deferred.succeed(gate, undefined)
    yield* Effect.forEach([holder, many, few], Fiber.join)
    see.equal(see.log, ["many", "few"], "first come, first served")
    yield* allFree(see, semaphore, 2)
  }),

  program("what is released is the next one's in that very step", ["S-150"], function* (see) {
    const semaphore = yield* Sync.semaphore(1)
    const first = Option.getOrThrow(yield* semaphore.tryAcquire())
    const next = yield* Effect.forkChild(semaphore.withPermits(1)(see.note("next")))
    while ((yield* semaphore.statistics).waiting === 0) yield* Effect.yieldNow
    // A barger, who is ready at the release and all the time after it.
    const barger = Effect.flatMap(semaphore.tryAcquire(), (got) =>
      Option.isNone(got) ? Effect.void : Effect.andThen(see.note("barger"), got.value.release)
    )
    yield* together(first.release, barger, Fiber.join(next))
    see.equal(see.log[0], "next", "nobody barges in")
    yield* allFree(see, semaphore, 1)
  }),

  program("to release twice is a defect and changes nothing", ["S-153"], function* (see) {
    const semaphore = yield* Sync.semaphore(1)
    const permits = Option.getOrThrow(yield* semaphore.tryAcquire())
    const exits = yield* Effect.all([Effect.exit(permits.release), Effect.exit(permits.release)], { concurrency: 2 })
    see.equal(exits.filter(Exit.isSuccess).length, 1, "one release is the right one")
    see.that(exits.some(Exit.hasDies), "the other is a defect")
    yield* allFree(see, semaphore, 1)
  }),

  program("a resize takes permits from nobody, and serves in order", ["S-154", "S-153"], function* (see) {
    const semaphore = yield* Sync.semaphore(1)
    const { use } = new Inside(see, 2)
    yield* together(
      semaphore.withPermits(1)(use(1)),
      semaphore.resize(0),
      semaphore.withPermits(1)(use(1)),
      Effect.andThen(Effect.sleep(1), semaphore.resize(2))
    )
    yield* allFree(see, semaphore, 2)
  }),

  program("with no permits nobody is let in until a resize", ["S-154"], function* (see) {
    const semaphore = yield* Sync.semaphore(0)
    const fiber = yield* Effect.forkChild(semaphore.withPermits(1)(see.note("in")))
    yield* Effect.sleep(1)
    see.equal(see.log, [], "nobody is in")
    yield* together(semaphore.resize(1), Fiber.join(fiber))
    yield* allFree(see, semaphore, 1)
  }),

  ...ways.map((way) =>
    program(
      `a permit is lost in no cancel of who waits or was granted it, by ${way}`,
      ["S-151", "S-152"],
      function* (see) {
        const semaphore = yield* Sync.semaphore(1)
        const inside = new Inside(see, 1)
        const { use } = inside
        yield* together(
          semaphore.withPermits(1)(use(1)),
          cancelling(way, semaphore.withPermits(1)(use(1))),
          semaphore.withPermits(1)(use(1))
        )
        see.equal(inside.count, 0, "nobody is inside")
        yield* allFree(see, semaphore, 1)
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `acquire gives back when its resource scope closes, however it ends, by ${way}`,
      ["S-151", "S-152"],
      function* (see) {
        const semaphore = yield* Sync.semaphore(2)
        const { use } = new Inside(see, 2)
        const one = Effect.scoped(Effect.andThen(semaphore.acquire(1), use(1)))
        const two = Effect.scoped(Effect.andThen(semaphore.acquire(2), use(2)))
        yield* together(one, cancelling(way, two), one)
        yield* allFree(see, semaphore, 2)
      }
    )
  ),

  ...ways.map((way) =>
    program(`those behind one who was cancelled in line move up, by ${way}`, ["S-151", "S-150"], function* (see) {
      const semaphore = yield* Sync.semaphore(2)
      const held = Option.getOrThrow(yield* semaphore.tryAcquire(1))
      const big = yield* victim(way, semaphore.withPermits(2)(Effect.void))
      const waiting = yield* Effect.forkChild(big.run)
      while ((yield* semaphore.statistics).waiting === 0) yield* Effect.yieldNow
      const small = yield* Effect.forkChild(semaphore.withPermits(1)(see.note("small")))
      yield* big.cancel
      yield* Fiber.join(small)
      see.equal((yield* Fiber.join(waiting))._tag, "cancelled", "the big one is out")
      yield* held.release
      yield* allFree(see, semaphore, 2)
    })
  ),

  ...ways.map((way) =>
    program(
      `a resize beside a cancel leaves every permit where it belongs, by ${way}`,
      ["S-154", "S-151"],
      function* (see) {
        const semaphore = yield* Sync.semaphore(1)
        const { use } = new Inside(see, 3)
        yield* together(
          semaphore.withPermits(1)(use(1)),
          cancelling(way, semaphore.withPermits(1)(use(1))),
          Effect.andThen(semaphore.resize(0), semaphore.resize(2))
        )
        yield* allFree(see, semaphore, 2)
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `acquiring commits with permits that are the caller's, or stands in no line, by ${way}`,
      ["S-156", "S-151"],
      function* (see) {
        const semaphore = yield* Sync.semaphore(1)
        const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
        const { use } = new Inside(see, 1)
        const choosing = Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(
            restore(Channel.select({ permit: Sync.acquiring(semaphore), item: Channel.receiving(receiver) })),
            (chosen) => (chosen._tag === "permit" ? Effect.andThen(use(1), chosen.value.release) : Effect.void)
          )
        )
        yield* together(semaphore.withPermits(1)(use(1)), cancelling(way, choosing), sender.send(1))
        yield* together(semaphore.withPermits(1)(use(1)))
        yield* allFree(see, semaphore, 1)
      }
    )
  ),

  ...ways.map((way) =>
    program(`in a scope that was cancelled a release is not refused, by ${way}`, ["S-155", "S-152"], function* (see) {
      const semaphore = yield* Sync.semaphore(1)
      const holding = Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(semaphore.tryAcquire()), (got) =>
          Option.isNone(got) ? Effect.void : Effect.ensuring(restore(Effect.yieldNow), got.value.release)
        )
      )
      yield* cancelling(way, holding)
      yield* allFree(see, semaphore, 1)
    })
  )
]
