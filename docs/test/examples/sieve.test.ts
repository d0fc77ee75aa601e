import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Effect } from "effect"
import { Runtime } from "ferrule"
import { primes } from "../../examples/sieve.ts"
import { primes as primesByMultiples } from "../../examples/sieveWithBuffer.ts"
import { chop } from "../chopped.ts"

const first25 = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97]

const figures = (found: ReadonlyArray<number>) => ({
  count: found.length,
  last: found.at(-1),
  sum: found.reduce((sum, prime) => sum + prime),
  hash: createHash("sha256").update(found.join(",")).digest("hex")
})

const hundred = {
  count: 100,
  last: 541,
  sum: 24_133,
  hash: "36c584fb3679dbafff494ae8c97696d76645a0df43f8eb9abb35c44a319c8ff3"
}
const thousand = {
  count: 1000,
  last: 7919,
  sum: 3_682_913,
  hash: "1b2a2bb15bc74f8503c255f50885cf72e8feb6cf05208714cc6ccc2adafbdc76"
}

describe("the sieve", () => {
  it.live("finds the first 25 and the first 100 primes, and leaves nothing", () =>
    Effect.gen(function* () {
      expect(yield* VirtualClock.run(primes(25))).toEqual(first25)
      expect(figures(yield* VirtualClock.run(primes(100)))).toEqual(hundred)
    })
  )

  it.live("finds them in whatever order its tasks are served", () =>
    Effect.gen(function* () {
      for (let seed = 0; seed < 20; seed++) expect(yield* VirtualClock.run(primes(25), { seed })).toEqual(first25)
    })
  )

  it.live("starts a task for the numbers and one for each prime, and all are cancelled when it has its primes", () =>
    Effect.gen(function* () {
      const ends: Array<string> = []
      let started = 0
      const watcher: Runtime.Observer = {
        taskStarted: () => void started++,
        taskEnded: (_id, exit) => void ends.push(exit._tag),
        taskWaiting: () => {},
        scopeOpened: () => {},
        scopeClosed: () => {},
        scopeCancelled: () => {}
      }
      yield* VirtualClock.run(Effect.provideService(primes(100), Runtime.observer, watcher))
      // The filter of the last prime is spawned and cancelled in one step: it never begins.
      expect(ends).toEqual(Array.from({ length: started }, () => "Failure"))
      expect(started).toBe(101)
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const { cut, opened, wrong } = yield* chop(() => primes(100))
      expect(wrong).toEqual([])
      expect([cut, opened]).toEqual([50, 101])
    })
  )
})

describe("the sieve with a buffer", () => {
  it.live("finds the same primes, the first 1,000 of them too, and leaves nothing", () =>
    Effect.gen(function* () {
      expect(yield* VirtualClock.run(primesByMultiples(25))).toEqual(first25)
      expect(figures(yield* VirtualClock.run(primesByMultiples(1000)))).toEqual(thousand)
      for (let seed = 0; seed < 20; seed++)
        expect(figures(yield* VirtualClock.run(primesByMultiples(100), { seed }))).toEqual(hundred)
    })
  )

  it.live("ends wherever it is cancelled, and leaves nothing", () =>
    Effect.gen(function* () {
      const { cut, wrong } = yield* chop(() => primesByMultiples(100))
      expect(wrong).toEqual([])
      expect(cut).toBe(50)
    })
  )
})
