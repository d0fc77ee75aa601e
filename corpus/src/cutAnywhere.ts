import { type BrokenByCancel, cancelEverywhere } from "@ferrule/testing"
import { Effect } from "effect"
import type { Cancellable, Trial } from "./Planted.ts"

export const cutAnywhere = <World>({ setUp, program, invariant }: Cancellable<World>): Trial => ({
  once: Effect.gen(function* () {
    const world = yield* setUp
    return invariant(world, yield* Effect.exit(program(world)))
  }),
  everywhere: (only) =>
    Effect.suspend(() => {
      let runs = 0
      const counted = Effect.tap(setUp, () => Effect.sync(() => runs++))
      return Effect.match(cancelEverywhere(program, invariant, { setUp: counted, only }), {
        onSuccess: () => ({ runs, error: undefined as BrokenByCancel | undefined }),
        onFailure: (error) => ({ runs, error })
      })
    })
})
