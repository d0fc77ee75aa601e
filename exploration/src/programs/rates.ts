import { Effect } from "effect"
import { CancelScope, Limit } from "ferrule"
import { type Program, program } from "../Program.ts"
import { together, victim, ways } from "../together.ts"
import type { World } from "../World.ts"
import { isFree } from "../limitIsFree.ts"

/** Starts through a rate, and when. */
const startsOf = (limit: Limit.Limit) => {
  const starts: Array<number> = []
  // In its first operation.
  const start = limit(
    Effect.clockWith((clock) => {
      starts.push(clock.currentTimeMillisUnsafe())
      return Effect.void
    })
  )
  return { start, starts }
}

/** The claim of S-163: in no time of the length `per` are there more than `times + burst - 1` starts. */
const isWithin = (see: World, starts: ReadonlyArray<number>, per: number, most: number): void => {
  for (const from of starts) {
    const within = starts.filter((at) => at >= from && at < from + per).length
    see.that(within <= most, `no more than ${most} starts in ${per} ms: got ${within}`)
  }
}

export const ratePrograms: ReadonlyArray<Program> = [
  program("a rate lets burst through at once, and then one on every beat", ["S-163", "S-164"], function* (see) {
    const limit = yield* Limit.rate({ per: 10, times: 2, burst: 2 })
    const { start, starts } = startsOf(limit)
    yield* together(start, start, start, start)
    see.equal(starts, [0, 0, 5, 10], "on the beat")
    isWithin(see, starts, 10, 3)
    yield* isFree(see, limit).pipe(Effect.delay(20))
  }),

  ...ways.map((way) =>
    program(
      `one that is cancelled in the line of a rate leaves its beat to the next, by ${way}`,
      ["S-162", "S-163"],
      function* (see) {
        const limit = yield* Limit.rate({ per: 10, times: 1 })
        const { start, starts } = startsOf(limit)
        const cut = yield* victim(way, start)
        yield* start
        yield* together(cut.run, Effect.delay(start, 1), Effect.delay(cut.cancel, 5))
        see.equal(starts, [0, 10], "the next one has it")
        yield* isFree(see, limit).pipe(Effect.delay(20))
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `one that is cancelled on the beat leaves no timer, and no line, by ${way}`,
      ["S-165", "S-162", "S-163"],
      function* (see) {
        const limit = yield* Limit.rate({ per: 10, times: 1 })
        const { start, starts } = startsOf(limit)
        const cut = yield* victim(way, start)
        yield* start
        yield* together(cut.run, Effect.delay(start, 1), Effect.delay(cut.cancel, 10))
        isWithin(see, starts, 10, 1)
        // Cancelled between its turn and its first operation, it has had its start.
        see.oneOf(
          starts,
          [
            [0, 10],
            [0, 20],
            [0, 10, 20]
          ],
          "one on every beat"
        )
        yield* isFree(see, limit).pipe(Effect.delay(20))
      }
    )
  ),

  program("cleanup that waits for a start of a rate has its turn", ["S-282", "S-162"], function* (see) {
    const limit = yield* Limit.rate({ per: 10, times: 1 })
    const { start, starts } = startsOf(limit)
    yield* start
    let began = false
    const body = Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        Effect.sync(() => void (began = true)),
        Effect.ensuring(restore(Effect.never), start)
      )
    )
    const scope = yield* CancelScope.make("s")
    yield* together(CancelScope.enter(scope)(body), Effect.delay(scope.cancel(), 10))
    see.equal(starts, began ? [0, 10] : [0], "on the beat, in a scope that is cancelled")
  }),

  program(
    "a rate that is moved pays back at the new one, and lets nobody in at 0",
    ["S-166", "S-163"],
    function* (see) {
      const limit = yield* Limit.rate({ per: 10, times: 1 })
      const { start, starts } = startsOf(limit)
      yield* start
      yield* together(start, Effect.delay(limit.resize(0), 5), Effect.delay(limit.resize(1), 50))
      see.that(starts.length === 2 && starts[1]! >= 50, "nobody is let in meanwhile")
    }
  ),

  program("whole intervals that were missed are over", ["S-164", "S-163"], function* (see) {
    const limit = yield* Limit.rate({ per: 10, times: 1 })
    const { start, starts } = startsOf(limit)
    yield* start
    yield* Effect.sleep(35)
    yield* together(start, start)
    see.equal(starts, [0, 35, 45], "no burst for a time without starts")
  })
]
