import * as Channel from "@ferrule/channel"
import { VirtualClock } from "@ferrule/testing"
import * as Timeout from "@ferrule/timeout"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const permitsOf = (semaphore: Sync.Semaphore, n = 1) => Effect.map(semaphore.tryAcquire(n), Option.getOrThrow)

it.effect("commits at once where permits are free, and they are the caller's to release [XE-02]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(3)
    const event = yield* Channel.select({ two: Sync.acquiring(semaphore, 2), idle: Channel.otherwise })
    expect(event._tag).toBe("two")
    expect(yield* semaphore.available).toBe(1)
    expect((yield* Channel.select({ two: Sync.acquiring(semaphore, 2), idle: Channel.otherwise }))._tag).toBe("idle")
    if (event._tag === "two") yield* event.value.release
    expect(yield* semaphore.available).toBe(3)
  })
)

it.effect("commits when its turn comes, and leaves the line where the select went on without it [XE-02]", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const semaphore = yield* Sync.semaphore(1)
      const permits = yield* permitsOf(semaphore)
      const clauses = { permit: Sync.acquiring(semaphore), late: Timeout.after(100) }
      expect((yield* Channel.select(clauses))._tag).toBe("late")
      expect((yield* semaphore.statistics).waiting).toBe(0)
      yield* start(Effect.delay(permits.release, 50))
      const event = yield* Channel.select(clauses)
      expect(event._tag).toBe("permit")
      expect(yield* semaphore.available).toBe(0)
      if (event._tag === "permit") yield* event.value.release
    })
  )
)

it.effect("stands in line as anybody: first come, first served", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(2)
    const permits = yield* permitsOf(semaphore, 2)
    const large = yield* start(Channel.select({ large: Sync.acquiring(semaphore, 2) }))
    const small = yield* start(semaphore.withPermits(1)(Effect.void))
    yield* permits.release
    const { value } = yield* Fiber.join(large)
    expect(endOf(small)).toBe("waits")
    yield* value.release
    yield* Fiber.join(small)
  })
)

it.effect("a select that was given permits and is cancelled gives them to the next one [SY-05]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const select = yield* start(Channel.select({ permit: Sync.acquiring(semaphore) }))
    const next = yield* start(semaphore.withPermits(1)(Effect.succeed("mine")))
    Effect.runSync(permits.release)
    select.interruptUnsafe()
    expect(yield* Fiber.join(next)).toBe("mine")
    expect(isCancelled(endOf(select))).toBe(true)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 0, waiting: 0 })
  })
)

it.effect("a select that went on without its many permits lets in those behind it [SY-10]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(10)
    const first = yield* permitsOf(semaphore)
    const go = yield* Channel.make<string>("go")
    const select = yield* start(
      Channel.select({ all: Sync.acquiring(semaphore, 10), go: Channel.receiving(go.receiver) })
    )
    const small = yield* start(semaphore.withPermits(1)(Effect.succeed("in")))
    yield* quiet
    expect(endOf(small)).toBe("waits")
    yield* go.sender.send("go")
    expect((yield* Fiber.join(select))._tag).toBe("go")
    expect(yield* Fiber.join(small)).toBe("in")
    yield* first.release
  })
)

it.effect("a select in a cancelled scope is passed over, and leaves nothing in line [D39]", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(1)
    const permits = yield* permitsOf(semaphore)
    const marked = region(Channel.select({ permit: Sync.acquiring(semaphore) }))
    const fiber = yield* start(marked.run)
    marked.mark()
    yield* permits.release
    expect(isCancelled(yield* Fiber.join(fiber))).toBe(true)
    expect(yield* semaphore.statistics).toEqual({ permits: 1, taken: 0, waiting: 0 })
  })
)

it.effect("several clauses on one semaphore take once, and lose nothing as they withdraw one another", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(6)
    for (const _ of upTo(50)) {
      const permits = yield* permitsOf(semaphore, 6)
      const select = yield* start(
        Channel.select({
          one: Sync.acquiring(semaphore, 1),
          two: Sync.acquiring(semaphore, 2),
          three: Sync.acquiring(semaphore, 3)
        })
      )
      yield* permits.release
      const { value, _tag } = yield* Fiber.join(select)
      expect(yield* semaphore.statistics).toEqual({
        permits: 6,
        taken: { one: 1, two: 2, three: 3 }[_tag],
        waiting: 0
      })
      yield* value.release
    }
  })
)

it.effect("a clause may be used in several selects", () =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(2)
    const clauses = { permit: Sync.acquiring(semaphore) }
    const [one, two] = [yield* Channel.select(clauses), yield* Channel.select(clauses)]
    const three = yield* start(Channel.select(clauses))
    yield* quiet
    expect(endOf(three)).toBe("waits")
    yield* one.value.release
    yield* (yield* Fiber.join(three)).value.release
    yield* two.value.release
    expect(yield* semaphore.available).toBe(2)
  })
)

it.effect.each([-1, 1.5, NaN, 4])("to acquire %s permits of 3 is a defect of the select", (n) =>
  Effect.gen(function* () {
    const semaphore = yield* Sync.semaphore(3)
    const exit = yield* Effect.exit(Channel.select({ permits: Sync.acquiring(semaphore, n) }))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toMatch(/cannot take .* of a semaphore of 3/)
  })
)
