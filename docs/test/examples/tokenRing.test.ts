import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Effect } from "effect"
import { chain, ring } from "../../examples/tokenRing.ts"
import { chop } from "../chopped.ts"

describe("a ring of 503 tasks", () => {
  it.live("has the token at task (hops mod 503) + 1 in the end, and leaves nothing", () =>
    Effect.gen(function* () {
      for (const [hops, holder] of [
        [0, 1],
        [502, 503],
        [503, 1],
        [1000, 498],
        [10_000, 444]
      ] as const)
        expect([hops, yield* VirtualClock.run(ring(503, hops))]).toEqual([hops, holder])
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const { cut, opened, wrong } = yield* chop(() => ring(503, 10_000))
      expect(wrong).toEqual([])
      expect([cut, opened]).toEqual([50, 503])
    })
  )
})

describe("a chain of tasks", () => {
  it.live("hands one value from end to end, 10,000 of them too, and leaves nothing", () =>
    Effect.gen(function* () {
      expect(yield* VirtualClock.run(chain(10, "token"))).toBe("token")
      expect(yield* VirtualClock.run(chain(10_000, 1))).toBe(1)
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const { cut, opened, wrong } = yield* chop(() => chain(200, 1))
      expect(wrong).toEqual([])
      expect([cut, opened]).toEqual([50, 201])
    })
  )
})
