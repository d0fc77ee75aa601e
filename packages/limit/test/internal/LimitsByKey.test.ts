import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { rate } from "../../src/index.ts"
import { LimitsByKey } from "../../src/internal/LimitsByKey.ts"

const limits = Effect.withFiber((fiber) =>
  Effect.succeed(new LimitsByKey(fiber, () => rate({ times: 1, per: 100 }), undefined))
)

it.effect("a key in use does not rest: nobody looks at it in place of one that does [S-281]", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const keys = yield* limits
      yield* keys.through("a", Effect.void)
      expect(keys.figures).toEqual({ keys: 1, resting: 1 })
      const used = yield* keys.through(
        "a",
        Effect.sync(() => keys.figures)
      )
      expect(used).toEqual({ keys: 1, resting: 0 })
    })
  )
)

it.effect("each use of a key forgets two others that are owed nothing, so that they become fewer [S-281]", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const keys = yield* limits
      for (const key of ["a", "b", "c", "d", "e"]) yield* keys.through(key, Effect.void)
      expect(keys.figures).toEqual({ keys: 5, resting: 5 })
      yield* Effect.sleep(150)
      yield* keys.through("f", Effect.void)
      expect(keys.figures).toEqual({ keys: 4, resting: 4 })
    })
  )
)
