import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Effect, Option } from "effect"
import { Timeout } from "ferrule"
import { sleepSort } from "../../examples/sleepSort.ts"
import { chop } from "../chopped.ts"

const keys = [30, 10, 20, 50, 40, 10]

const sorted = (given: ReadonlyArray<number>) => {
  const emitted: Array<readonly [key: number, place: number]> = []
  const program = sleepSort(given, (key, place) => void emitted.push([key, place]))
  return { emitted, program }
}

describe("sleep sort", () => {
  it.live("is done at the greatest key, and equal keys come in the order of their tasks", () =>
    Effect.gen(function* () {
      const { emitted, program } = sorted(keys)
      const { at, problem } = yield* VirtualClock.observe(program)
      expect([at, problem]).toEqual([50, undefined])
      expect(emitted.map(([key]) => key)).toEqual([10, 10, 20, 30, 40, 50])
      expect(emitted.slice(0, 2)).toEqual([
        [10, 1],
        [10, 5]
      ])
    })
  )

  it.live("sorts 1,000 random keys", () =>
    Effect.gen(function* () {
      let state = 12_345
      const random = Array.from({ length: 1000 }, () => (state = (state * 48_271) % 2_147_483_647) % 10_000)
      const { emitted, program } = sorted(random)
      const { at, problem } = yield* VirtualClock.observe(program)
      expect(problem).toBe(undefined)
      expect(emitted).toEqual(random.map((key, place) => [key, place] as const).toSorted(([a], [b]) => a - b))
      expect(at).toBe(Math.max(...random))
    })
  )

  it.live("cancelled at 25 has given exactly the keys up to then", () =>
    Effect.gen(function* () {
      const { emitted, program } = sorted(keys)
      const { at, exit } = yield* VirtualClock.observe(Timeout.moveOnAfter(program, 25))
      expect([at, exit]).toEqual([25, expect.objectContaining({ value: Option.none() })])
      expect(emitted.map(([key]) => key)).toEqual([10, 10, 20])
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const { cut, opened, wrong } = yield* chop(() => sorted(keys).program)
      expect(wrong).toEqual([])
      expect([cut, opened]).toEqual([100, 6])
    })
  )
})
