import * as EffectChannel from "effect/Channel"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { FromOptions } from "./FromOptions.ts"
import { feed } from "./internal/feed.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * Feeds a channel from a stream: for a `select` over it, or for workers that are tasks of their own. Items are pulled one
 * by one, each when there is a place for it. For nothing but several workers `Stream.mapEffect` with `concurrency` is the
 * shorter answer.
 *
 * - **Completes when** called, at once, with the receiver.
 * - The end of the stream closes the channel; its failure fails the channel, after the items, as does a defect.
 * - **When the resource scope closes**, or the last receiver is cancelled before, the stream is left and its finalizers
 *   run; the scope waits for them. A receiver that a clone has kept is not shown a clean end, but a defect.
 *
 * Cancel safety: nothing is lost. What the stream has given is received or goes to `onUndelivered`. Of a stream that gives
 * arrays, the rest of an array waits outside the channel.
 *
 * @example The first of two streams, again and again
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const letters = yield* Channel.fromStream(Stream.make("a", "b"))
 *   const numbers = yield* Channel.fromStream(Stream.make(1, 2))
 *   const seen: Array<string | number> = []
 *   const see = (item: string | number) => Effect.sync(() => seen.push(item))
 *   yield* Channel.selectLoop(
 *     { letter: Channel.receiving(letters), number: Channel.receiving(numbers) },
 *     { letter: see, number: see }
 *   )
 *   return seen.length
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => 4
 * ```
 *
 * @see Receiver whose `stream` is the way back
 * @category converting
 * @since 0.1.0
 */
export const fromStream = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  options?: FromOptions<A>
): Effect.Effect<Receiver<A, Exclude<E, ChannelClosed>>, never, Exclude<R, Scope.Scope> | Scope.Scope> =>
  feed(options, (pump) => ({
    body: Effect.flatMap(Effect.scope, (scope) =>
      // Not `Stream.toPull`: a cancel that comes as its semaphore is released would lose what was pulled.
      Effect.flatMap(EffectChannel.toPullScoped(Stream.toChannel(stream), scope), (pull) =>
        pump.move(
          Effect.map(pull, (items) => {
            for (const item of items) pump.hold(item)
          })
        )
      )
    )
  }))
