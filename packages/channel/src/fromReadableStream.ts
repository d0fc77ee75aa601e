import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { ForeignOptions } from "./FromOptions.ts"
import { feedForeign } from "./internal/feedForeign.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * Feeds a channel from a Web stream. It is read one item at a time, when there is a place for it.
 *
 * - **Completes when** called, at once, with the receiver. **Dies when** the stream is locked.
 * - The end of the stream closes the channel; its error fails the channel, after the items, with what `onError` makes of
 *   it. The stream is unlocked then.
 * - **When the resource scope closes**, or the last receiver is cancelled before, the stream is cancelled and unlocked; the
 *   scope waits for that. A receiver that a clone has kept is not shown a clean end, but a defect.
 *
 * Cancel safety: nothing is lost that was read. What the stream itself has buffered it drops when it is cancelled.
 *
 * @example The body of a response
 * ```ts
 * import { Data, Effect, Stream } from "effect"
 * import { Channel } from "ferrule"
 *
 * class BodyFailed extends Data.TaggedError("BodyFailed")<{ readonly cause: unknown }> {}
 *
 * const program = Effect.gen(function* () {
 *   const body = new Response("hello").body!
 *   const chunks = yield* Channel.fromReadableStream(body, { onError: (cause) => new BodyFailed({ cause }) })
 *   return yield* Stream.mkString(Stream.decodeText(chunks.stream))
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => hello
 * ```
 *
 * @see toReadableStream for the way back
 * @category converting
 * @since 0.1.0
 */
export const fromReadableStream = <A, E>(
  stream: ReadableStream<A>,
  options: ForeignOptions<A, E>
): Effect.Effect<Receiver<A, Exclude<E, ChannelClosed>>, never, Scope.Scope> =>
  feedForeign(() => {
    const reader = stream.getReader()
    let locked = true
    const unlock = (): void => {
      locked = false
      reader.releaseLock()
    }
    return {
      next: () =>
        reader.read().then(
          (result) => {
            if (result.done) unlock()
            return result
          },
          (error: unknown) => {
            unlock()
            throw error
          }
        ),
      // It may have ended while it was told to stop.
      stop: Effect.promise(async () => (locked ? reader.cancel().finally(unlock) : undefined))
    }
  }, options)
