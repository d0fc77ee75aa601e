import { type Clause, clockOf, instantOf, millisOf, nowOn, timerOn } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"

/**
 * A clause of a select that commits at `at`, milliseconds on the monotonic clock; at once if that has passed.
 *
 * - **Dies when** `at` is NaN.
 *
 * @example Wait for an item until a fixed time
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Channel, Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { receiver } = yield* Channel.make<string>("news")
 *   const closing = yield* CancelScope.after("5 millis")
 *   return yield* Channel.select({ item: Channel.receiving(receiver), late: Timeout.at(closing) })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => late
 * ```
 *
 * @see after for a time from now
 * @category clauses
 * @since 0.1.0
 */
export const at = (at: number): Clause<void> => {
  const instant = instantOf(at, "time of Timeout.at")
  return {
    poll: (fiber) => (nowOn(clockOf(fiber)) >= instant ? "ready" : "waiting"),
    commit: () => Exit.void,
    register: (slot) => ({
      withdraw: timerOn(clockOf(slot.selection.fiber), instant, "sleep", () => slot.give(undefined))
    })
  }
}

/**
 * A clause of a select that commits `duration` after the select has begun.
 *
 * - **Dies when** `duration` is NaN or cannot be read. A negative one is 0: it can commit at once.
 *
 * @example Wait for an item, but not for long
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { receiver } = yield* Channel.make<string>("news")
 *   return yield* Channel.select({ item: Channel.receiving(receiver), late: Timeout.after("5 millis") })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => late
 * ```
 *
 * @see moveOnAfter for a limit on any effect
 * @category clauses
 * @since 0.1.0
 */
export const after = (duration: Duration.Input): Clause<void> => {
  const millis = millisOf(duration, "duration of Timeout.after")
  return { ...at(Infinity), begin: (fiber) => at(nowOn(clockOf(fiber)) + millis) }
}
