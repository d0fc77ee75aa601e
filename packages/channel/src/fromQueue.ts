import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { FromOptions } from "./FromOptions.ts"
import { feed, type Pump } from "./internal/feed.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * Feeds a channel from one of Effect's queues. Items are taken one by one, each when there is a place for it: the others
 * stay in the queue.
 *
 * - **Completes when** called, at once, with the receiver.
 * - The end of the queue closes the channel; its failure fails the channel, after the items.
 * - **When the resource scope closes**, or the last receiver is cancelled before, the queue is closed: offers say that they
 *   were not taken, and what was left in it is undelivered. A receiver that a clone has kept is not shown a clean end, but
 *   a defect; so is everyone if somebody shuts the queue down.
 *
 * Cancel safety: nothing is lost. What the queue has taken is received or goes to `onUndelivered`.
 *
 * @example A queue among the clauses of a select
 * ```ts
 * import { Effect, Queue } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const queue = yield* Queue.unbounded<string>()
 *   const jobs = yield* Channel.fromQueue(queue)
 *   yield* Queue.offer(queue, "wash up")
 *   return yield* Channel.select({ job: Channel.receiving(jobs) })
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => { _tag: 'job', value: 'wash up' }
 * ```
 *
 * @see fromStream for a `Dequeue` that others read, too: `Stream.fromQueue` leaves it open
 * @category converting
 * @since 0.1.0
 */
export const fromQueue = <A, E>(
  queue: Queue.Queue<A, E>,
  options?: FromOptions<A>
): Effect.Effect<Receiver<A, Exclude<Exclude<E, Cause.Done>, ChannelClosed>>, never, Scope.Scope> =>
  feed(options, (pump) => ({
    body: pump.move(Effect.map(Queue.take(queue), (item) => pump.hold(item))),
    release: Effect.andThen(Queue.interrupt(queue), empty(queue, pump))
  }))

/** No more can come in; offers that wait are let in as there is room. */
const empty = <A, E>(queue: Queue.Queue<A, E>, pump: Pump<A>): Effect.Effect<void> =>
  Effect.flatMap(Effect.exit(Queue.clear(queue)), (exit) => {
    if (Exit.isFailure(exit) || exit.value.length === 0) return Effect.void
    for (const item of exit.value) pump.hold(item)
    return empty(queue, pump)
  })
