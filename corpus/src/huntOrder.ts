import { explore, type ExploreOptions, replay } from "@ferrule/testing"
import { Effect, Exit } from "effect"
import { failureName } from "./failureName.ts"
import { type Clean, type Found, type Hunt, otherStrategies } from "./Hunt.ts"
import { median } from "./median.ts"
import type { Misordered } from "./Planted.ts"

/** A bug that is not found in so many schedules is not found. */
const mostTries = 5_000
/** Which schedules of the mended program are tried depth-first; where they are too many, the next. */
const oneByOne = [
  { preemptions: Infinity, runs: 3_000 },
  { preemptions: 2, runs: 10_000 },
  { preemptions: 1, runs: 10_000 }
]

const findBy = async (broken: Misordered["broken"], options: ExploreOptions): Promise<Found | undefined> => {
  const explored = Effect.flip(explore(broken, { ...options, runs: mostTries }))
  const found = await Effect.runPromise(Effect.orElseSucceed(explored, () => undefined))
  if (found?._tag !== "FailingSchedule") return undefined
  const { schedules: tries, choices, token, failure } = found
  return { tries, choices, token, failure: failureName(failure) }
}

/** Finds a bug of the order by exploring schedules. */
export const huntOrder = ({ broken, mended, strategy }: Misordered): Hunt => ({
  usual: async () => Exit.isSuccess(await Effect.runPromiseExit(broken())),
  find: (seed) => findBy(broken, { strategy, seed }),
  byOthers: (seeds) =>
    Promise.all(
      otherStrategies.map(async (strategy) => {
        // Depth-first knows no seed.
        const found = await Promise.all(
          (strategy === "depthFirst" ? [0] : seeds).map((seed) => findBy(broken, { strategy, seed }))
        )
        return median(found.map((each) => each?.tries ?? Infinity))
      })
    ),
  repeat: async (token) => {
    const exit = await Effect.runPromiseExit(replay(broken, token))
    return Exit.isSuccess(exit) ? "nothing" : failureName(exit.cause)
  },
  mended: (seeds, runs) =>
    Effect.gen(function* () {
      let tries = 0
      const tried = (options: ExploreOptions) =>
        Effect.tap(explore(mended, options), ({ schedules }) => Effect.sync(() => (tries += schedules)))
      for (const seed of seeds) yield* tried({ strategy, seed, runs })
      for (const { preemptions, runs } of oneByOne) {
        const { coverage } = yield* tried({ strategy: "depthFirst", preemptions, runs })
        if (coverage !== "sampled")
          return { tries, coverage: coverage === "all" ? coverage : preemptions } satisfies Clean
      }
      return { tries, coverage: "some" } satisfies Clean
    }).pipe(
      Effect.catch((error) => Effect.succeed(error.message)),
      Effect.runPromise
    )
})
