import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const permitsOf = (semaphore: Sync.Semaphore, n = 1) => Effect.map(semaphore.tryAcquire(n), Option.getOrThrow)

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect("withPermits has its permits while the effect runs, and gives back what it took on any exit [SY-06]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(3)
    expect(yield* semaphore.withPermits(2)(semaphore.available)).toBe(1)
    expect(yield* Effect.exit(semaphore.withPermits(3)(Effect.fail("x")))).toEqual(Exit.fail("x"))
    const held = yield* start(semaphore.withPermits(3)(Effect.never))
    expect(yield* semaphore.available).toBe(0)
    yield* Fiber.interrupt(held)
    expect(yield* semaphore.statistics).toEqual({ permits: 3, taken: 0, waiting: 0 })
  })
)

it.effect("a released permit is the waiter's: who asks in the same step gets none [SY-01]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const waiter = yield* start(semaphore.withPermits(1)(Effect.succeed("mine")))
    yield* permits.release
    expect(yield* semaphore.tryAcquire()).toEqual(Option.none())
    expect(yield* Fiber.join(waiter)).toBe("mine")
    expect(yield* semaphore.available).toBe(1)
  })
)

it.effect("who waits is served first come, first served, and never inside the operation that serves it", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const log: Array<number> = []
    const permits = yield* permitsOf(semaphore)
    for (const who of upTo(3)) yield* start(semaphore.withPermits(1)(Effect.sync(() => log.push(who))))
    Effect.runSync(permits.release)
    expect(log).toEqual([])
    yield* quiet
    expect(log).toEqual([0, 1, 2])
  })
)

it.effect("acquire keeps its permits until the resource scope closes", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(3)
    const scope = yield* Scope.make()
    yield* Scope.provide(semaphore.acquire(2), scope)
    yield* Scope.provide(semaphore.acquire(), scope)
    const waiter = yield* start(Effect.scoped(Effect.as(semaphore.acquire(), "in")))
    yield* quiet
    expect(endOf(waiter)).toBe("waits")
    yield* Scope.close(scope, Exit.void)
    expect(yield* Fiber.join(waiter)).toBe("in")
    expect(yield* semaphore.available).toBe(3)
  })
)

it.effect("an acquire that is cancelled while it waits takes nothing, and leaves nothing in the scope [SY-04]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const scope = yield* Scope.make()
    const waiter = yield* start(Scope.provide(semaphore.acquire(), scope))
    yield* Fiber.interrupt(waiter)
    yield* permits.release
    yield* Scope.close(scope, Exit.void)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 0, waiting: 0 })
  })
)

it.effect("a waiter that was granted its permits and is cancelled gives them to the next one [SY-05]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    for (const wait of [semaphore.withPermits(1)(Effect.void), Effect.scoped(semaphore.acquire())]) {
      const permits = yield* permitsOf(semaphore)
      const first = yield* start(wait)
      const second = yield* start(Effect.as(wait, "mine"))
      Effect.runSync(permits.release)
      first.interruptUnsafe()
      expect(yield* Fiber.join(second)).toBe("mine")
      expect(isCancelled(endOf(first))).toBe(true)
      expect(yield* semaphore.available).toBe(1)
    }
  })
)

it.effect("a large waiter that is cancelled lets in those behind it [SY-10]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(10)
    const first = yield* permitsOf(semaphore)
    const large = yield* start(semaphore.withPermits(10)(Effect.void))
    const small = yield* start(semaphore.withPermits(1)(Effect.succeed("in")))
    yield* quiet
    expect(endOf(small)).toBe("waits")
    yield* Fiber.interrupt(large)
    expect(yield* Fiber.join(small)).toBe("in")
    yield* first.release
  })
)

it.effect("a waiter whose scope is cancelled is passed over before its fiber knows [D39]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const { run, mark } = region(semaphore.withPermits(1)(Effect.succeed("never")))
    const marked = yield* start(run)
    const next = yield* start(semaphore.withPermits(1)(Effect.succeed("mine")))
    mark()
    Effect.runSync(permits.release)
    expect(yield* Fiber.join(next)).toBe("mine")
    expect(isCancelled(yield* Fiber.join(marked))).toBe(true)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 0, waiting: 0 })
  })
)

it.effect("cleanup waits for permits like anybody, also in a scope that is cancelled while it waits", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const { run, mark } = region(Effect.uninterruptible(semaphore.withPermits(1)(Effect.succeed("served"))))
    const masked = yield* start(run)
    mark()
    yield* permits.release
    expect(endOf(masked)).toBe("waits")
    yield* Fiber.join(masked)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 0, waiting: 0 })
  })
)

it.effect("in a scope that was marked nothing is taken [S-6]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    let mark = (): void => {}
    const attempts = [semaphore.tryAcquire(), semaphore.withPermits(1)(Effect.void), Effect.scoped(semaphore.acquire())]
    for (const attempt of attempts) {
      const marked = region(
        Effect.andThen(
          Effect.sync(() => mark()),
          attempt
        )
      )
      mark = marked.mark
      expect(isCancelled(yield* marked.run)).toBe(true)
      expect(yield* semaphore.available).toBe(1)
    }
  })
)

it.effect("to release in a scope that was marked is not refused", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    let mark = (): void => {}
    const marked = region(
      Effect.flatMap(
        Effect.sync(() => mark()),
        () => permits.release
      )
    )
    mark = marked.mark
    yield* marked.run
    expect(yield* semaphore.available).toBe(1)
  })
)

it.effect("permits are released once: the second time is a defect that says so, and changes nothing [SY-12]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(5)
    const [two, one] = [yield* permitsOf(semaphore, 2), yield* permitsOf(semaphore, 1)]
    yield* two.release
    yield* one.release
    const four = yield* permitsOf(semaphore, 4)
    expect(defectOf(yield* Effect.exit(two.release))).toMatch(
      /these 2 permits of a semaphore were released before. Release .* once/
    )
    expect(defectOf(yield* Effect.exit(one.release))).toMatch(/this permit of a semaphore was released before/)
    expect(yield* semaphore.available).toBe(1)
    yield* four.release
  })
)

it.effect.each([-1, 0.5, NaN, Infinity, 4])("to take %s permits of 3 is a defect, in every form", (n) =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(3)
    for (const take of [
      semaphore.withPermits(n)(Effect.void),
      Effect.scoped(semaphore.acquire(n)),
      Effect.asVoid(semaphore.tryAcquire(n))
    ]) {
      expect(defectOf(yield* Effect.exit(take))).toMatch(/cannot take .* permits of a semaphore of 3/)
    }
    expect(yield* semaphore.available).toBe(3)
  })
)

it.effect.each([-1, 0.5, NaN])("a semaphore of %s permits is a defect, and so is a resize to it", (n) =>
  Effect.gen(function* () {
    expect(defectOf(yield* Effect.exit(Sync.semaphore(n)))).toContain("a semaphore cannot have")
    const semaphore = yield* Sync.semaphore(2)
    expect(defectOf(yield* Effect.exit(semaphore.resize(n)))).toContain("a semaphore cannot have")
    expect(yield* semaphore.available).toBe(2)
  })
)

it.effect("nothing weighs nothing: 0 permits are had in turn, and none is taken", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    expect(yield* semaphore.withPermits(0)(semaphore.statistics)).toEqual({ permits: 1, taken: 1, waiting: 0 })
    const one = yield* start(semaphore.withPermits(1)(Effect.never))
    const none = yield* start(semaphore.withPermits(0)(Effect.succeed("in turn")))
    yield* quiet
    expect(endOf(none)).toBe("waits")
    yield* permits.release
    expect(yield* Fiber.join(none)).toBe("in turn")
    yield* Fiber.interrupt(one)
  })
)

it.effect("a semaphore without limit lets everybody in", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(Infinity)
    const million = yield* permitsOf(semaphore, 1_000_000)
    expect(yield* semaphore.withPermits(5)(semaphore.statistics)).toEqual({
      permits: Infinity,
      taken: 1_000_005,
      waiting: 0
    })
    expect(yield* semaphore.available).toBe(Infinity)
    yield* million.release
  })
)

it.effect("a resize lets the next ones in at once, and takes nothing from those who are in [SY-08]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(2)
    const fibers = yield* Effect.forEach(upTo(5), () => start(semaphore.withPermits(1)(Effect.never)))
    expect(yield* semaphore.statistics).toEqual({ permits: 2, taken: 2, waiting: 3 })
    yield* semaphore.resize(4)
    expect(yield* semaphore.statistics).toEqual({ permits: 4, taken: 4, waiting: 1 })
    yield* semaphore.resize(1)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 4, waiting: 1 })
    expect(yield* semaphore.available).toBe(0)
    for (const fiber of fibers.slice(0, 3)) yield* Fiber.interrupt(fiber)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 1, waiting: 1 })
    yield* Fiber.interrupt(fibers[3]!)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 1, waiting: 0 })
    yield* Fiber.interrupt(fibers[4]!)
  })
)

const ended = (fiber: Fiber.Fiber<unknown, unknown>) => new Promise((resolve) => void fiber.addObserver(resolve))

it("permits are not lost wherever the stock scheduler gives way and a cancel comes", async () => {
  const semaphore = Effect.runSync(Sync.semaphore(1))
  let used = 0
  let permits: Sync.Permits | undefined
  const tries = [
    semaphore.withPermits(1)(Effect.sync(() => void used++)),
    Effect.scoped(Effect.map(semaphore.acquire(), () => void used++)),
    Effect.map(semaphore.tryAcquire(), (found) => void (permits = Option.getOrUndefined(found)))
  ]
  let cancelled = 0
  for (let i = 0; i < 1_200; i++) {
    // The stock scheduler gives way after 2,048 operations: somewhere about the acquire.
    const before = 2030 + (i % 20)
    let done = 0
    const burn = Effect.whileLoop({ while: () => done < before, body: () => Effect.void, step: () => done++ })
    const fiber = Effect.runFork(Effect.andThen(burn, tries[i % tries.length]!))
    if (fiber.pollUnsafe() === undefined) cancelled++
    fiber.interruptUnsafe()
    await ended(fiber)
    if (permits !== undefined) {
      used++
      Effect.runSync(permits.release)
      permits = undefined
    }
    if (Effect.runSync(semaphore.available) !== 1) break
  }
  expect(cancelled).toBeGreaterThan(100)
  expect(used).toBeGreaterThan(100)
  expect(Effect.runSync(semaphore.statistics)).toEqual({ permits: 1, taken: 0, waiting: 0 })
})
