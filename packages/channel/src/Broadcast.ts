import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import { BroadcastHandle } from "./internal/BroadcastHandle.ts"
import { BroadcastState } from "./internal/broadcastState.ts"
import type { Lagged } from "./Lagged.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * What becomes of a reader of a broadcast that has no room for an item: the publish waits for it, or it skips the oldest
 * that it has not read, or it is out.
 *
 * @category models
 * @since 0.1.0
 */
export type OnLag = "wait" | "skip" | "fail"

/**
 * How a reader of a broadcast reads.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subscribing<out L extends OnLag> {
  /** How many items are buffered for it; from 1 on. */
  readonly capacity: number
  /**
   * What happens when an item is published and the buffer is full. `wait`: the publish waits for this reader, so
   * one that has stopped reading without giving up its receiver stops everybody. `skip`: the
   * oldest item in the buffer is dropped for it, and counted in `statistics.missed`. `fail`: this reader is out; what it
   * has not read is dropped, and its receives fail with `Lagged` at once.
   */
  readonly onLag: L
}

/**
 * A channel of which every reader gets every item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Broadcast<in out A> {
  /**
   * Publishes an item to every reader that has subscribed by then, in one step: all readers see the same order.
   *
   * - **Completes when** every reader with `onLag: "wait"` has room, and the item was given to all. At once if there is
   *   no reader: nobody listens. First come, first served.
   * - **Fails when** the broadcast is closed: `ChannelClosed`. A publish that waits when it is closed stays in line.
   * - **When cancelled**: it leaves the line. Cancel safety: all readers were given the item, or none.
   */
  readonly send: (item: A) => Effect.Effect<void, ChannelClosed>
  /**
   * Ends the broadcast: every reader reads what was published, and sees the end. Later sends fail. Twice is harmless.
   *
   * - **Completes when** called, at once.
   */
  readonly close: Effect.Effect<void>
  /**
   * One more reader, with a buffer of its own. It gets what is published from now on, after the last items that the
   * broadcast replays, as far as it has room for them. Its handle is cancelled with the resource scope; a publish that
   * waits for it then goes on at once. Clones of it share its items.
   *
   * - **Completes when** called, at once; also when the broadcast is closed: then it gets what is replayed, and the end.
   * - **Dies when** the capacity is no whole number from 1 on.
   *
   * Only `onLag: "fail"` puts `Lagged` in its errors. Other readers are not touched by how it reads, unless it is `wait`.
   */
  readonly subscribe: <L extends OnLag>(
    options: Subscribing<L>
  ) => Effect.Effect<Receiver<A, L extends "fail" ? Lagged : never>, never, Scope.Scope>
}

/**
 * How a broadcast is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface BroadcastOptions {
  /** In messages and reports; `unnamed` without one. */
  readonly name?: string
  /** How many of the last items a new reader gets; 0, the default, is none. */
  readonly replay?: number
}

/**
 * Makes a broadcast. It has no readers until they subscribe.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `replay` is no whole number from 0 on.
 *
 * Subscribe before the first item is published: not in the task that reads, which begins on the next turn, but before it
 * is spawned, as below. And close it when the last item was published: until then readers wait for more.
 *
 * Cancel safety: a publish that is cancelled was given to all readers or to none, and a receive loses nothing. What a
 * reader has not read when it leaves is dropped: it was for this reader alone. No hook is told.
 *
 * @example Two readers, each with all of it
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const news = yield* Channel.broadcast<string>("news")
 *   for (const name of ["ann", "bob"]) {
 *     const inbox = yield* news.subscribe({ capacity: 8, onLag: "wait" })
 *     yield* group.spawn(inbox.forEach((item) => Effect.sync(() => console.log(`${name}: ${item}`))))
 *   }
 *   yield* news.send("rain")
 *   yield* news.close
 * })
 * await Effect.runPromise(program)
 * // => ann: rain
 * // => bob: rain
 * ```
 *
 * @see make where each item goes to one reader
 * @see watch where only the latest value counts
 * @category making
 * @since 0.1.0
 */
export const broadcast = <A>(options?: string | BroadcastOptions): Effect.Effect<Broadcast<A>> =>
  Effect.withFiber((fiber) => {
    const { name = "unnamed", replay = 0 } = typeof options === "string" ? { name: options } : (options ?? {})
    if (!Number.isInteger(replay) || replay < 0)
      throw new RangeError(`the replay of broadcast "${name}" is ${String(replay)}. Pass a whole number from 0 on.`)
    return Effect.succeed(new BroadcastHandle(fiber, "broadcast", name, new BroadcastState<A>(replay, [])))
  })
