import { Effect, Fiber } from "effect"
import { Limit } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import { Inside } from "../Inside.ts"
import { isFree } from "../limitIsFree.ts"

export const concurrentLimitPrograms: ReadonlyArray<Program> = [
  program("a limit lets so many through at once", ["S-162"], function* (see) {
    const limit = yield* Limit.concurrent(1)
    const use = new Inside(see, 1).use()
    yield* together(limit(use), limit(use), limit(use))
    yield* isFree(see, limit)
  }),

  program("a limit is first come, first served", ["S-162"], function* (see) {
    const limit = yield* Limit.concurrent(1)
    const fibers = [yield* Effect.forkChild(limit(Effect.sleep(5)))]
    for (const name of ["a", "b"]) {
      yield* Effect.sleep(1)
      fibers.push(yield* Effect.forkChild(limit(see.note(name))))
    }
    yield* Effect.forEach(fibers, Fiber.join)
    see.equal(see.log, ["a", "b"], "in the order in which they came")
  }),

  ...ways.map((way) =>
    program(
      `a place that was granted to one who is cancelled is the next one's, by ${way}`,
      ["S-162"],
      function* (see) {
        const limit = yield* Limit.concurrent(1)
        const use = new Inside(see, 1).use()
        yield* together(limit(use), cancelling(way, limit(use)), limit(use))
        yield* isFree(see, limit)
      }
    )
  ),

  ...ways.map((way) =>
    program(`a limit that is moved stops nobody, by ${way}`, ["S-166", "S-162"], function* (see) {
      const limit = yield* Limit.concurrent(0)
      const use = new Inside(see, 2).use()
      yield* together(limit(use), cancelling(way, limit(use)), Effect.andThen(limit.resize(1), limit.resize(2)))
      yield* isFree(see, limit)
    })
  )
]
