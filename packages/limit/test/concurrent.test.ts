import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as Limit from "../src/index.ts"
import { figures, now, start, upTo } from "./support/running.ts"

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect("lets so many run at once, and the others in the order in which they came", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const limit = yield* Limit.concurrent(2)
      const started: Array<readonly [number, number]> = []
      const work = (who: number) =>
        Effect.andThen(
          Effect.map(now, (at) => started.push([who, at])),
          Effect.sleep(10)
        ).pipe(limit)
      const fibers = yield* Effect.forEach(upTo(5), (who) => start(work(who)))
      expect(yield* figures(limit)).toEqual({ borrowed: 2, waiting: 3 })
      yield* Fiber.joinAll(fibers)
      expect(started).toEqual([
        [0, 0],
        [1, 0],
        [2, 10],
        [3, 10],
        [4, 20]
      ])
      expect(yield* figures(limit)).toEqual({ borrowed: 0, waiting: 0 })
    })
  )
)

it.effect("gives the place of what fails, or is cancelled, to the next one", () =>
  Effect.gen(function* () {
    const limit = yield* Limit.concurrent(1)
    expect(yield* Effect.exit(limit(Effect.fail("x")))).toEqual(Exit.fail("x"))
    const first = yield* start(limit(Effect.never))
    const gone = yield* start(limit(Effect.never))
    const next = yield* start(limit(Effect.succeed("next")))
    yield* Fiber.interrupt(gone)
    expect(yield* figures(limit)).toEqual({ borrowed: 1, waiting: 1 })
    yield* Fiber.interrupt(first)
    expect(yield* Fiber.join(next)).toBe("next")
  })
)

it.effect("a limit that is moved stops nobody, and lets more in at once [SY-08, SY-09]", () =>
  Effect.gen(function* () {
    const limit = yield* Limit.concurrent(0)
    const fibers = yield* Effect.forEach(upTo(5), () => start(limit(Effect.never)))
    expect(yield* figures(limit)).toEqual({ borrowed: 0, waiting: 5 })
    yield* limit.resize(3)
    expect(yield* figures(limit)).toEqual({ borrowed: 3, waiting: 2 })
    yield* limit.resize(0)
    yield* Fiber.interrupt(fibers[0]!)
    expect(yield* figures(limit)).toEqual({ borrowed: 2, waiting: 2 })
    yield* limit.resize(Infinity)
    expect(yield* figures(limit)).toEqual({ borrowed: 4, waiting: 0 })
    yield* Fiber.interruptAll(fibers)
  })
)

it.effect.each([-1, 1.5, NaN])("a limit of %s is a defect that names it, and so is a resize to it", (n) =>
  Effect.gen(function* () {
    expect(defectOf(yield* Effect.exit(Limit.concurrent(n)))).toMatch(
      /the limit of Limit.concurrent is .* whole number/
    )
    const limit = yield* Limit.concurrent(1)
    expect(defectOf(yield* Effect.exit(limit.resize(n)))).toMatch(/the new limit is .* whole number/)
    expect(yield* limit(Effect.succeed("in"))).toBe("in")
  })
)
