import { expect, it } from "@effect/vitest"
import fc from "fast-check"
import { describe } from "vitest"
import { depthFirst } from "../../../src/internal/search/depthFirst.ts"
import { prioritySearch } from "../../../src/internal/search/prioritySearch.ts"
import { randomSearch } from "../../../src/internal/search/randomSearch.ts"
import { following, Recorder, type Run, type Turn } from "../../../src/internal/search/Schedule.ts"
import type { Search } from "../../../src/internal/search/Search.ts"
import { shrink } from "../../../src/internal/search/shrink.ts"
import { scheduleOf, tokenOf } from "../../../src/internal/search/token.ts"

/** A program in place of a real one: so many ways at each choice, of which the odd ones would be preemptions. */
const runWith = (search: Pick<Search, "choose">, counts: ReadonlyArray<number>): ReadonlyArray<number> =>
  counts.map((count, at) => search.choose({ count, running: at % 2 === 1, threadOf: (way) => way }))

const leaves = (search: Search, counts: ReadonlyArray<number>, most = 10_000): ReadonlyArray<string> => {
  const seen: Array<string> = []
  while (seen.length < most && search.begin()) seen.push(runWith(search, counts).join(""))
  return seen
}

const preemptionsOf = (leaf: string): number => Array.from(leaf).filter((way, at) => at % 2 === 1 && way !== "0").length

const turns: fc.Arbitrary<ReadonlyArray<Turn>> = fc
  .uniqueArray(fc.record({ at: fc.nat(5_000), way: fc.integer({ min: 1, max: 40 }) }), { selector: ({ at }) => at })
  .map((some) => some.toSorted((a, b) => a.at - b.at))

describe("depth first", () => {
  it("visits every leaf of a tree, those with fewer preemptions first, and says that it has [S-211]", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 3 }), { maxLength: 6 }), (counts) => {
        const search = depthFirst(Infinity)
        const seen = leaves(search, counts)
        expect(search.coverage).toBe("all")
        expect(new Set(seen).size).toBe(counts.reduce((product, count) => product * count, 1))
        const firsts = [...new Set(seen)].map(preemptionsOf)
        expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
      })
    )
  })

  it("stays within its bound, and visits all within it [S-211]", () => {
    const search = depthFirst(1)
    const seen = new Set(leaves(search, [2, 2, 2, 2, 2, 2]))
    expect(search.coverage).toBe("bounded")
    expect([...seen].every((leaf) => preemptionsOf(leaf) <= 1)).toBe(true)
    // Three free choices, and none or one of three preemptions.
    expect(seen.size).toBe(8 * 4)
  })
})

describe("random and priorities", () => {
  it("choose only what there is, and the same for the same seed [S-210]", () => {
    for (const make of [randomSearch, (seed: number) => prioritySearch(seed, 2)]) {
      const counts = [2, 3, 4, 2, 3, 4]
      const seen = leaves(make(7), counts, 200)
      expect(leaves(make(7), counts, 200)).toEqual(seen)
      expect(leaves(make(8), counts, 200)).not.toEqual(seen)
      expect(seen.every((leaf) => Array.from(leaf).every((way, at) => Number(way) < counts[at]!))).toBe(true)
    }
  })

  it("keep to one order of priorities where nothing changes it [S-210]", () => {
    const search = prioritySearch(1, 0)
    search.begin()
    const first = search.choose({ count: 3, running: false, threadOf: (way) => way })
    for (let i = 0; i < 50; i++) {
      expect(search.choose({ count: 3, running: i % 2 === 0, threadOf: (way) => way })).toBe(first)
    }
  })
})

describe("a schedule", () => {
  it("is followed, and comes out as it went in, through its token [S-217]", () => {
    fc.assert(
      fc.property(turns, fc.nat(2 ** 32 - 1), (turns, print) => {
        expect(scheduleOf(tokenOf({ turns, print }))).toEqual({ turns, print })
        const recorder = new Recorder(following(turns))
        for (let at = 0; at <= 5_000; at++) recorder.choose({ count: 50, running: false, threadOf: () => 0 })
        expect(recorder.schedule.turns).toEqual(turns)
      }),
      { numRuns: 25 }
    )
  })

  it("has another print where there was another choice to make [S-218]", () => {
    const printOf = (counts: ReadonlyArray<number>): number => {
      const recorder = new Recorder(following([]))
      runWith(recorder, counts)
      return recorder.schedule.print
    }
    const prints = [[2, 2], [2, 3], [3, 2], [2, 2, 2], [2], []].map(printOf)
    expect(new Set(prints).size).toBe(prints.length)
  })
})

describe("shrinking", () => {
  const fails =
    (needed: ReadonlyArray<number>) =>
    (turns: ReadonlyArray<Turn>): Run | undefined =>
      needed.every((at) => turns.some((turn) => turn.at === at)) ? { turns, print: 0, forks: 100 } : undefined

  it("leaves exactly what the failure needs, by the first way there is [S-212]", () => {
    fc.assert(
      fc.property(turns, fc.array(fc.nat(60), { maxLength: 3 }), (turns, picks) => {
        const needed = [...new Set(picks.flatMap((pick) => turns[pick]?.at ?? []))].toSorted((a, b) => a - b)
        const smallest = shrink({ turns, print: 0, forks: 100 }, fails(needed), 5_000)
        expect(smallest.turns).toEqual(needed.map((at) => ({ at, way: 1 })))
      })
    )
  })

  it("takes one turn in place of two where that does as well [S-275]", () => {
    const either = (turns: ReadonlyArray<Turn>): Run | undefined => {
      const has = (place: number) => turns.some(({ at }) => at === place)
      return has(50) || (has(45) && has(52)) ? { turns, print: 0, forks: 100 } : undefined
    }
    const twoTurns = { turns: [45, 52].map((at) => ({ at, way: 1 })), print: 0, forks: 100 }
    expect(shrink(twoTurns, either, 5_000).turns).toEqual([{ at: 50, way: 1 }])
  })

  it("ends when its attempts are used up [S-212]", () => {
    let attempts = 0
    const many = Array.from({ length: 1_000 }, (_, at) => ({ at, way: 1 }))
    shrink({ turns: many, print: 0, forks: 1_000 }, () => void attempts++, 50)
    expect(attempts).toBe(50)
  })
})
