import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Cause, Effect, Exit, Stream } from "effect"
import type { Channel } from "ferrule"
import { oneTo, pipeline } from "../../examples/pipeline.ts"
import { chop, type Ledger } from "../chopped.ts"

const square = (n: number) => Effect.as(Effect.sleep(2), n * n)
const collect = (squares: Channel.Receiver<number>) => Stream.runCollect(squares.stream)

/** The numbers, and how many have been taken. */
const counted = (last: number) => {
  const source = {
    taken: 0,
    *[Symbol.iterator]() {
      for (const n of oneTo(last)) {
        source.taken++
        yield n
      }
    }
  }
  return source
}

describe("the pipeline", () => {
  it.live("gives 667 squares in the order of the numbers, and leaves nothing", () =>
    Effect.gen(function* () {
      for (const seed of [undefined, 1, 2, 3]) {
        const squares = yield* VirtualClock.run(pipeline(oneTo(1000), square, collect), { seed })
        expect(squares.slice(0, 5)).toEqual([1, 4, 16, 25, 49])
        expect([squares.length, squares.at(-1)]).toEqual([667, 1_000_000])
        expect(squares.reduce((sum, n) => sum + n)).toBe(222_555_889)
        expect(squares).toEqual(squares.toSorted((a, b) => a - b))
      }
    })
  )

  it.live("takes three squares at a time", () =>
    Effect.gen(function* () {
      const { at } = yield* VirtualClock.observe(pipeline(oneTo(999), square, collect))
      expect(at).toBe((999 / 3) * 2)
    })
  )

  it.live(
    "has in flight what its channels hold, five squares, made or in the making, and one in each task's hands",
    () =>
      Effect.gen(function* () {
        const source = counted(1000)
        let [done, most] = [0, 0]
        // None is dropped on the way, and the sink is the slowest: everything is full.
        const slow = (squares: Channel.Receiver<number>) =>
          squares.forEach(() =>
            Effect.map(Effect.sleep(5), () => {
              most = Math.max(most, source.taken - done++)
            })
          )
        yield* VirtualClock.run(pipeline(source, (n) => Effect.as(Effect.sleep(2), 3 * n + 1), slow))
        // `mapStream` makes three at once, and goes on while fewer than three results wait for their turn.
        const [inChannels, squares, tasks] = [3 * 4, 3 + 2, ["produce", "work", "keep", "sink"].length]
        expect(done).toBe(1000)
        expect(most).toBe(inChannels + squares + tasks)
      })
  )

  it.live("stops its source when the sink has enough", () =>
    Effect.gen(function* () {
      const source = counted(Infinity)
      const ten = (squares: Channel.Receiver<number>) => Stream.runCollect(Stream.take(squares.stream, 10))
      const squares = yield* VirtualClock.run(pipeline(source, square, ten))
      expect(squares).toEqual([1, 4, 16, 25, 49, 64, 100, 121, 169, 196])
      expect(source.taken).toBeLessThan(40)
    })
  )

  it.live("fails with what a square fails with, when the sink has a prefix of the right answer", () =>
    Effect.gen(function* () {
      const broken = (n: number) => (n === 500 ? Effect.fail("bad500") : square(n))
      const seen: Array<number> = []
      const sink = (squares: Channel.Receiver<number>) => squares.forEach((n) => Effect.sync(() => void seen.push(n)))
      const { exit, problem } = yield* VirtualClock.observe(pipeline(oneTo(1000), broken, sink))
      expect(problem).toBe(undefined)
      if (exit === undefined || Exit.isSuccess(exit)) throw new Error("it did not fail")
      expect(exit.cause.reasons.map((reason) => Cause.isFailReason(reason) && reason.error)).toEqual(["bad500"])
      const right = yield* VirtualClock.run(pipeline(oneTo(499), square, collect))
      expect(seen.length).toBeGreaterThan(300)
      expect(seen).toEqual(right.slice(0, seen.length))
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const opening = (ledger: Ledger) => (n: number) =>
        Effect.acquireUseRelease(
          Effect.sync(() => ledger.open(`square ${n}`, `square ${n}`)),
          () => square(n),
          () => Effect.sync(() => ledger.close(`square ${n}`))
        )
      const { cut, opened, wrong } = yield* chop((ledger) => pipeline(oneTo(200), opening(ledger), collect))
      expect(wrong).toEqual([])
      // Three stages, and a task and a square for each number.
      expect([cut, opened]).toEqual([100, 3 + 2 * 200])
    })
  )
})
