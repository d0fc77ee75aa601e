import * as Data from "effect/Data"
import { counted, type FiberInfo, linesOf } from "./FiberInfo.ts"

/**
 * The program has ended, and something that it started has not: fibers, or timers that are still armed.
 *
 * @example A detached fiber outlives its program
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const heartbeat = Effect.forever(Effect.sleep("1 second"))
 * const program = Effect.forkDetach(heartbeat, { startImmediately: true })
 * const left = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * if (left._tag === "LeftBehind") console.log(left.fibers, left.timers) // => 1 1
 * ```
 *
 * @see leavesNothing for the same check on any clock
 * @category errors
 * @since 0.1.0
 */
export class LeftBehind extends Data.TaggedError("LeftBehind")<{
  readonly fibers: number
  readonly timers: number
  /** What is known of the fibers; empty on a clock other than `VirtualClock`. */
  readonly known: ReadonlyArray<FiberInfo>
}> {
  override get message(): string {
    const left = [
      ...(this.fibers > 0 ? [counted(this.fibers, "fiber")] : []),
      ...(this.timers > 0 ? [counted(this.timers, "timer")] : [])
    ].join(" and ")
    return `left behind by a program that has ended: ${left}. Cancel or await it, or spawn it in a task group.${linesOf(this.known, this.fibers)}`
  }
}
