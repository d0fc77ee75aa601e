import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

it.effect("opens when the last one has come, tells each its number, and closes again", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(3)
    for (const _ of upTo(3)) {
      const [one, two] = [yield* start(barrier.wait), yield* start(barrier.wait)]
      yield* quiet
      expect([endOf(one), endOf(two)]).toEqual(["waits", "waits"])
      expect(yield* barrier.wait).toBe(2)
      expect([yield* Fiber.join(one), yield* Fiber.join(two)]).toEqual([0, 1])
    }
  })
)

it.effect("a barrier for one never holds anybody up", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(1)
    expect([yield* barrier.wait, yield* barrier.wait]).toEqual([0, 0])
  })
)

it.effect("one who is cancelled does not count any more: the others wait for one more", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(3)
    const gone = yield* start(barrier.wait)
    const one = yield* start(barrier.wait)
    yield* Fiber.interrupt(gone)
    const two = yield* start(barrier.wait)
    yield* quiet
    expect([endOf(one), endOf(two)]).toEqual(["waits", "waits"])
    expect(yield* barrier.wait).toBe(2)
    expect([yield* Fiber.join(one), yield* Fiber.join(two)]).toEqual([0, 1])
  })
)

it.effect("one whose scope is cancelled does not count from that moment on [D39]", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(2)
    const marked = region(barrier.wait)
    const gone = yield* start(marked.run)
    marked.mark()
    const one = yield* start(barrier.wait)
    expect(isCancelled(yield* Fiber.join(gone))).toBe(true)
    yield* quiet
    expect(endOf(one)).toBe("waits")
    expect(yield* barrier.wait).toBe(1)
    expect(yield* Fiber.join(one)).toBe(0)
  })
)

it.effect("those who wait keep their places while one among them is about to be cancelled", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(3)
    const marked = region(barrier.wait)
    const gone = yield* start(marked.run)
    const one = yield* start(barrier.wait)
    marked.mark()
    const two = yield* start(barrier.wait)
    yield* Fiber.join(gone)
    expect([endOf(one), endOf(two)]).toEqual(["waits", "waits"])
    expect(yield* barrier.wait).toBe(2)
    expect([yield* Fiber.join(one), yield* Fiber.join(two)]).toEqual([0, 1])
  })
)

it.effect("cleanup counts, also that of a scope that is cancelled while it waits", () =>
  Effect.gen(function* () {
    const barrier = yield* Sync.barrier(2)
    const masked = region(Effect.uninterruptible(barrier.wait))
    const one = yield* start(masked.run)
    masked.mark()
    const two = yield* start(barrier.wait)
    // Nobody else comes: the two have each other.
    expect(yield* Fiber.join(two)).toBe(1)
    yield* Fiber.join(one)
  })
)

it.effect.each([0, -1, 1.5, NaN])("a barrier for %s parties is a defect", (parties) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(Sync.barrier(parties))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toMatch(/a barrier cannot be for .* parties/)
  })
)
