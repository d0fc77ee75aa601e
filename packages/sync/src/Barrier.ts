import {
  type Figured,
  type OpenResource,
  openResource,
  operation,
  Place,
  type WaitedFor,
  type Waiter,
  waitHere,
  WaitLine
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

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

class CyclicBarrier implements Barrier, Figured, WaitedFor {
  private readonly parties: number
  readonly name: string | undefined
  /** Set if somebody watches. */
  readonly resource: OpenResource | undefined
  private readonly line: WaitLine<Party> = new WaitLine<Party>(() => void this.open(this.parties))

  constructor(fiber: Fiber.Fiber<unknown, unknown>, parties: number, name: string | undefined) {
    this.parties = parties
    this.name = name
    this.resource = openResource(fiber, "barrier", name, this)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { parties: this.parties, waiting: this.line.size }
  }

  get wait(): Effect.Effect<number> {
    const last = Effect.succeed(this.parties - 1)
    return operation((fiber) => {
      if (this.open(this.parties - 1)) return last
      const kind = this.name === undefined ? "a barrier" : "barrier"
      return waitHere(fiber, (waiter) => this.stand(waiter), last, kind, this)
    })
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
 * How a barrier is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface BarrierOptions {
  /** In messages and reports. */
  readonly name?: string
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
export const barrier = (parties: number, options: BarrierOptions = {}): Effect.Effect<Barrier> =>
  Effect.withFiber((fiber) => {
    if (Number.isInteger(parties) && parties >= 1)
      return Effect.succeed(new CyclicBarrier(fiber, parties, options.name))
    throw new RangeError(
      `${options.name === undefined ? "a barrier" : `barrier "${options.name}"`} cannot be for ${parties} parties. Pass a whole number from 1 on.`
    )
  })
