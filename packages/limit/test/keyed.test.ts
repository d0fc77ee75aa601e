import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as Limit from "../src/index.ts"
import { now, start, upTo } from "./support/running.ts"

/** A keyed limit, and the keys for which a limit was made, in order. */
const counted = (make: (key: string) => Effect.Effect<Limit.Limit>) =>
  Effect.gen(function* () {
    const made: Array<string> = []
    const perKey = yield* Limit.keyed((key) =>
      Effect.suspend(() => {
        made.push(key)
        return make(key)
      })
    )
    return { made, perKey }
  })

it.effect("each key has a limit of its own, which its users share", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const { made, perKey } = yield* counted(() => Limit.concurrent(2))
      const work = (key: string) => Effect.andThen(Effect.sleep(10), now).pipe(perKey(key))
      const fibers = yield* Effect.forEach(["a", "a", "b", "a"], (key) => start(work(key)))
      expect(yield* Effect.forEach(fibers, (fiber) => Fiber.join(fiber))).toEqual([10, 10, 10, 20])
      expect(made).toEqual(["a", "b"])
    })
  )
)

it.effect("a key that nobody uses is forgotten, after success, failure and cancel alike", () =>
  Effect.gen(function* () {
    const { made, perKey } = yield* counted(() => Limit.concurrent(1))
    yield* perKey("a")(Effect.void)
    yield* Effect.exit(perKey("a")(Effect.fail("x")))
    const inside = yield* start(perKey("a")(Effect.never))
    const waiting = yield* start(perKey("a")(Effect.never))
    expect(made).toEqual(["a", "a", "a"])
    yield* Fiber.interrupt(waiting)
    yield* Fiber.interrupt(inside)
    yield* perKey("a")(Effect.void)
    expect(made).toEqual(["a", "a", "a", "a"])
  })
)

it.effect("a key of which something is borrowed is remembered until it is not", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const { made, perKey } = yield* counted(() => Limit.rate({ times: 1, per: 100 }))
      yield* perKey("a")(Effect.void)
      // A new limit would let it start at once.
      expect(yield* perKey("a")(now)).toBe(100)
      expect(made).toEqual(["a"])
      // The next use of any key looks at those that rest.
      yield* Effect.sleep(150)
      yield* perKey("b")(Effect.void)
      yield* perKey("a")(Effect.void)
      expect(made).toEqual(["a", "b", "a"])
      expect(yield* VirtualClock.timers).toBe(0)
    })
  )
)

it.effect("there are never many more keys than are owed something, however many come", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const { made, perKey } = yield* counted(() => Limit.rate({ times: 1, per: 10 }))
      for (const n of upTo(1000)) {
        yield* perKey(`key ${n}`)(Effect.void)
        yield* Effect.sleep(1)
      }
      const before = made.length
      yield* Effect.sleep(100)
      for (const n of upTo(1000)) yield* perKey(`key ${n}`)(Effect.void)
      // Ten or so were owed something when they were last looked at.
      expect(made.length - before).toBeGreaterThan(980)
    })
  )
)

it.effect("of two limits that were made at once for one key the first counts", () =>
  Effect.gen(function* () {
    const slow = Effect.andThen(Effect.yieldNow, Limit.concurrent(1))
    const { made, perKey } = yield* counted(() => slow)
    let [inside, most] = [0, 0]
    const work = Effect.gen(function* () {
      most = Math.max(most, ++inside)
      yield* Effect.yieldNow
      inside--
    }).pipe(perKey("a"))
    const fibers = yield* Effect.forEach(upTo(4), () => start(work))
    yield* Fiber.joinAll(fibers)
    expect(made.length).toBe(4)
    expect(most).toBe(1)
  })
)

it.effect("one who is cancelled while the limit is made leaves nothing behind", () =>
  Effect.gen(function* () {
    const { made, perKey } = yield* counted(() => Effect.andThen(Effect.yieldNow, Limit.concurrent(1)))
    const gone = yield* start(perKey("a")(Effect.void))
    yield* Fiber.interrupt(gone)
    yield* perKey("a")(Effect.void)
    yield* perKey("a")(Effect.void)
    expect(made).toEqual(["a", "a", "a"])
  })
)

it.effect("a limit that cannot be made is a defect of who wanted it, and the next one tries again", () =>
  Effect.gen(function* () {
    let times = 0
    const perKey = yield* Limit.keyed(() => Effect.suspend(() => Limit.concurrent(times++ === 0 ? -1 : 1)))
    const exit = yield* Effect.exit(perKey("a")(Effect.succeed("in")))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("the limit of Limit.concurrent is -1")
    expect(yield* perKey("a")(Effect.succeed("in"))).toBe("in")
  })
)
