import { operation, Place, type Waiter, waitHere, WaitLine } from "@ferrule/runtime"
import * as Effect from "effect/Effect"

/**
 * A place where so many tasks wait for one another. When the last of them has come it opens for these, and is closed again
 * for the next ones.
 *
 * @category models
 * @since 0.1.0
 */
export interface Barrier {
  /**
   * Waits for the others.
   *
   * - **Completes when** as many as it was made for have come: with the caller's number among them, from 0, in the order
   *   in which they came. The last one does not wait.
   * - **When cancelled** while it waits: it leaves, and does not count any more; the others wait for one more.
   */
  readonly wait: Effect.Effect<number>
}

class Party extends Place {
  // Sound: it is only told its number.
  declare readonly waiter: Waiter<number>
}

class CyclicBarrier implements Barrier {
  private readonly parties: number
  private readonly line: WaitLine<Party> = new WaitLine<Party>(() => void this.open(this.parties))

  constructor(parties: number) {
    this.parties = parties
  }

  get wait(): Effect.Effect<number> {
    const last = Effect.succeed(this.parties - 1)
    return operation((fiber) =>
      this.open(this.parties - 1) ? last : waitHere(fiber, (waiter) => this.stand(waiter), last, "a barrier")
    )
  }

  private stand(waiter: Waiter<number>): (() => void) | undefined {
    if (this.open(this.parties - 1)) return undefined
    const party = new Party(waiter)
    this.line.add(party)
    return () => this.line.remove(party)
  }

  /** Lets the first `count` in line go on, if there are so many who are not about to be cancelled. */
  private open(count: number): boolean {
    if (!this.line.atLeast(count)) return false
    for (let number = 0; number < count; number++) {
      const party = this.line.first()!
      this.line.remove(party)
      party.waiter.give(number)
    }
    return true
  }
}

/**
 * Makes a barrier for so many tasks. It can be used again and again.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `parties` is no whole number from 1 on.
 *
 * @example Nobody starts before all are ready
 * ```ts
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const start = yield* Sync.barrier(3)
 *   const log: Array<string> = []
 *   const runner = (name: string, millis: number) =>
 *     Effect.gen(function* () {
 *       yield* Effect.sleep(millis)
 *       log.push(`${name} is ready`)
 *       yield* start.wait
 *       log.push(`${name} runs`)
 *     })
 *   yield* TaskGroup.all([runner("a", 1), runner("b", 10), runner("c", 20)])
 *   return [log.length, log.findIndex((line) => line.endsWith("runs"))]
 * })
 * console.log(await Effect.runPromise(program)) // => [ 6, 3 ]
 * ```
 *
 * @see event to wait for one thing that happens once
 * @category making
 * @since 0.1.0
 */
export const barrier = (parties: number): Effect.Effect<Barrier> =>
  Effect.sync(() => {
    if (Number.isInteger(parties) && parties >= 1) return new CyclicBarrier(parties)
    throw new RangeError(`a barrier cannot be for ${parties} parties. Pass a whole number from 1 on.`)
  })
