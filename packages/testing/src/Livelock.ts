import * as Data from "effect/Data"
import { type FiberInfo, linesOf } from "./FiberInfo.ts"

/**
 * Tasks run and run, and time stands still: the program never waits. Says who ran last.
 *
 * @example A loop that polls without waiting
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const polls = Effect.forever(Effect.yieldNow)
 * const spun = await Effect.runPromise(Effect.flip(VirtualClock.run(polls, { maxSteps: 5_000 })))
 * console.log(spun._tag) // => Livelock
 * ```
 *
 * @see Deadlock for a program that only waits
 * @category errors
 * @since 0.1.0
 */
export class Livelock extends Data.TaggedError("Livelock")<{
  /** Milliseconds of virtual time since the start. */
  readonly at: number
  /** How many ready tasks were served at that instant. */
  readonly steps: number
  readonly running: ReadonlyArray<FiberInfo>
}> {
  override get message(): string {
    return `livelock at ${this.at} ms: ${this.steps} steps were run and the clock did not move. Let the loop wait for time or for an event; if it only has much to do, raise maxSteps and patience.${linesOf(this.running)}`
  }
}
