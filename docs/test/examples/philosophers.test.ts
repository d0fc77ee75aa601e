import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Effect } from "effect"
import { Sync } from "ferrule"
import { dinner, forksFor, type Manners, naive, ordered, polite, withWaiter } from "../../examples/philosophers.ts"
import { chop, type Ledger } from "../chopped.ts"

const seats = 10

/** Who eats, and how often each has eaten. Somebody who eats beside a neighbour is a defect. */
class Table {
  readonly meals = Array.from({ length: seats }, () => 0)
  readonly #eating = new Set<number>()
  together = 0

  readonly eat = (seat: number): Effect.Effect<void> =>
    Effect.acquireUseRelease(
      Effect.sync(() => this.#sit(seat)),
      () =>
        Effect.delay(
          Effect.sync(() => void this.meals[seat]!++),
          10
        ),
      () => Effect.sync(() => void this.#eating.delete(seat))
    )

  #sit(seat: number): void {
    for (const neighbour of [(seat + 1) % seats, (seat + seats - 1) % seats])
      if (this.#eating.has(neighbour)) throw new Error(`${seat} and ${neighbour} eat at once`)
    this.#eating.add(seat)
    this.together = Math.max(this.together, this.#eating.size)
  }
}

const evening = (makeManners: Effect.Effect<Manners>, meals: number, ledger?: Ledger) =>
  Effect.gen(function* () {
    const forks = yield* forksFor(seats)
    const table = new Table()
    const forksLie = Effect.gen(function* () {
      for (const [index, fork] of forks.entries())
        if ((yield* fork.available) !== 1) ledger?.wrong.push(`fork ${index} is with somebody`)
    })
    yield* Effect.ensuring(dinner(yield* makeManners, forks, meals, table.eat), forksLie)
    return table
  })

const waited = Effect.map(Sync.semaphore(seats - 1), withWaiter)
const solutions: ReadonlyArray<readonly [string, Effect.Effect<Manners>]> = [
  ["ordered forks", Effect.succeed(ordered)],
  ["a waiter", waited],
  ["either fork", Effect.succeed(polite)]
]

describe.each(solutions)("ten philosophers with %s", (_name, manners) => {
  it.live("eat 100 meals each, at most five at once and never two neighbours, in any order", () =>
    Effect.gen(function* () {
      let most = 0
      for (const seed of [undefined, 1, 2, 3]) {
        const { meals, together } = yield* VirtualClock.run(evening(manners, 100), { seed })
        expect(meals).toEqual(Array.from({ length: seats }, () => 100))
        expect(together).toBeLessThanOrEqual(5)
        most = Math.max(most, together)
      }
      expect(most).toBeGreaterThan(1)
    })
  )

  it.live("stop wherever they are cancelled, and every fork lies on the table", () =>
    Effect.gen(function* () {
      const { cut, opened, wrong } = yield* chop((ledger) => evening(manners, 5, ledger))
      expect(wrong).toEqual([])
      expect([cut, opened]).toEqual([100, seats])
    })
  )
})

describe("ten philosophers who all take the left fork first", () => {
  it.live("are reported: ten tasks wait, by name, and no timer is armed", () =>
    Effect.gen(function* () {
      const { at, exit, problem } = yield* VirtualClock.observe(evening(Effect.succeed(naive), 100))
      if (problem?._tag !== "Deadlock") throw new Error(`expected a deadlock, got ${problem?._tag} and ${String(exit)}`)
      const tasks = problem.waiting.flatMap(({ path }) => path[1] ?? [])
      expect(tasks).toEqual(Array.from({ length: seats }, (_, seat) => `philosopher ${seat}`))
      expect(problem.waiting.flatMap(({ path }) => path[0] ?? [])).toEqual(
        Array.from({ length: seats }, () => "dinner")
      )
      expect(problem.waiting.filter(({ path }) => path.length === 2).map(({ on }) => on)).toEqual(
        Array.from({ length: seats }, () => "a permit of a semaphore")
      )
      // They had thought for 10 ms, and none had eaten.
      expect([problem.at, at]).toEqual([10, 10])
    })
  )
})
