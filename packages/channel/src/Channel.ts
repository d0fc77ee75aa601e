import { openResource } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import { capacityOf } from "./internal/capacity.ts"
import { ChannelState, type Overflow } from "./internal/channelState.ts"
import { endsOf } from "./internal/ends.ts"
import type { Receiver } from "./Receiver.ts"
import type { Sender } from "./Sender.ts"

/**
 * The two ends of a channel. Hand the ends out, not the channel: one who can only send cannot receive.
 *
 * @category models
 * @since 0.1.0
 */
export interface Channel<in out A, in out E = never> {
  readonly sender: Sender<A, E>
  readonly receiver: Receiver<A, E>
}

/**
 * How a channel is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface MakeOptions<in A> {
  /** In messages and reports; `unnamed` without one. */
  readonly name?: string
  /**
   * How many items are buffered before a send waits. 0, the default, is a rendezvous: a send waits until a receiver
   * takes the item.
   */
  readonly capacity?: number | "unbounded"
  /**
   * What becomes of an item for which there is no room. `wait`, the default: its send waits. `dropNewest`: it is dropped.
   * `dropOldest`: the oldest item in the buffer is dropped for it; with capacity 1, only the latest is kept. What is
   * dropped counts as sent and as undelivered.
   */
  readonly overflow?: "wait" | "dropNewest" | "dropOldest"
  /** Is told, once, of each item that was given to the channel and that nobody will receive. */
  readonly onUndelivered?: (item: A) => Effect.Effect<void>
}

/**
 * Makes a channel with one handle on each end.
 *
 * - **Completes when** called, at once.
 * - **Dies when** the capacity is negative, fractional or NaN.
 *
 * What is given is received, buffered, or undelivered: nothing is lost and nothing comes twice, through every close,
 * cancel and select. Both ends serve first come, first served, and who waits owns what it was given.
 *
 * @example A producer and a consumer
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const lines = yield* Channel.make<string>({ name: "lines", capacity: 16 })
 *   yield* group.spawn(lines.receiver.forEach((line) => Effect.sync(() => console.log(line))))
 *   yield* lines.sender.use(function* (tx) {
 *     yield* tx.send("one")
 *     yield* tx.send("two")
 *   })
 * })
 * await Effect.runPromise(program)
 * // => one
 * // => two
 * ```
 *
 * @see select to wait for several channels at once
 * @category making
 * @since 0.1.0
 */
export const make = <A, E = never>(options?: string | MakeOptions<A>): Effect.Effect<Channel<A, E>> =>
  Effect.withFiber((fiber) => {
    const given = typeof options === "string" ? { name: options } : (options ?? {})
    const name = given.name ?? "unnamed"
    const state = new ChannelState<A>(capacityOf(given.capacity ?? 0, name), overflowOf(given.overflow ?? "wait", name))
    state.resource = openResource(fiber, "channel", name, state)
    return Effect.succeed(endsOf<A, E>(fiber, name, state, given.onUndelivered))
  })

const overflowOf = (overflow: Overflow, name: string): Overflow => {
  if (overflow === "wait" || overflow === "dropNewest" || overflow === "dropOldest") return overflow
  throw new RangeError(
    `the overflow of channel "${name}" is ${String(overflow)}. Pass "wait", "dropNewest" or "dropOldest".`
  )
}
