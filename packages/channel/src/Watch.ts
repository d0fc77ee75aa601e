import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import { BroadcastHandle } from "./internal/BroadcastHandle.ts"
import { BroadcastState } from "./internal/broadcastState.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * A value that changes, and readers that see the latest.
 *
 * @category models
 * @since 0.1.0
 */
export interface Watch<in out A> {
  /**
   * Sets the value, and wakes every reader; also if it is equal to the one before. A value that a reader has not read is
   * dropped for it, and counted in its `statistics.missed`.
   *
   * - **Completes when** called, at once. It never waits.
   * - **Fails when** the watch is closed: `ChannelClosed`.
   * - **When cancelled**: the value was set, for all readers, or it was not.
   */
  readonly set: (value: A) => Effect.Effect<void, ChannelClosed>
  /**
   * Ends the watch: a reader that has not read the last value reads it, once, and sees the end. Twice is harmless.
   *
   * - **Completes when** called, at once.
   */
  readonly close: Effect.Effect<void>
  /**
   * One more reader. It begins with the present value, and then waits for each next one; its handle is cancelled with the
   * resource scope.
   *
   * - **Completes when** called, at once; also when the watch is closed: then it gets the last value, and the end.
   *
   * Cancel safety: a value that a cancelled receive was about to get is read next, unless there is a later one by then.
   */
  readonly subscribe: Effect.Effect<Receiver<A>, never, Scope.Scope>
}

/**
 * Makes a watch whose value is `initial`.
 *
 * - **Completes when** called, at once.
 *
 * @example Settings that may change
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const level = yield* Channel.watch("info")
 *   const levels = yield* level.subscribe
 *   console.log(yield* levels.receive)
 *   yield* level.set("warn")
 *   yield* level.set("debug")
 *   console.log(yield* levels.receive)
 * })
 * await Effect.runPromise(Effect.scoped(program))
 * // => info
 * // => debug
 * ```
 *
 * @see broadcast where no value is dropped
 * @category making
 * @since 0.1.0
 */
export const watch = <A>(initial: A): Effect.Effect<Watch<A>> =>
  Effect.withFiber((fiber) => {
    const values = new BroadcastHandle<A>(fiber, "watch", "watch", new BroadcastState(1, [initial]))
    const subscribe = values.subscribe({ capacity: 1, onLag: "skip" })
    return Effect.succeed({ set: values.send, close: values.close, subscribe })
  })
