import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { ForeignOptions } from "./FromOptions.ts"
import { feedForeign } from "./internal/feedForeign.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * Feeds a channel from an async iterable: a generator, a Node readable, `events.on`. Its iterator is asked for one item at
 * a time, when there is a place for it.
 *
 * - **Completes when** called, at once, with the receiver. **Dies when** the iterable cannot be opened.
 * - The end of the iteration closes the channel. What it throws fails the channel, after the items, with what `onError`
 *   makes of it.
 * - **When the resource scope closes**, or the last receiver is cancelled before, the iterable is disposed of if it is an
 *   `AsyncDisposable`, as a Node readable is, and its iterator returned; the scope waits for both. A receiver that a clone
 *   has kept is not shown a clean end, but a defect.
 *
 * Cancel safety: nothing is lost. An item that comes while the iterator is told to return, or later, goes to
 * `onUndelivered`. What it throws then is dropped: most often it says that it was stopped. A generator returns only when
 * what it awaits has come, and the scope waits for that: give it a signal if it may take long, or never come.
 *
 * @example A file, line by line
 * ```ts
 * import { Readable } from "node:stream"
 * import { Data, Effect, Stream } from "effect"
 * import { Channel } from "ferrule"
 *
 * class ReadFailed extends Data.TaggedError("ReadFailed")<{ readonly cause: unknown }> {}
 *
 * const program = Effect.gen(function* () {
 *   const file = Readable.from(["one", "two"])
 *   const lines = yield* Channel.fromAsyncIterable<string, ReadFailed>(file, {
 *     onError: (cause) => new ReadFailed({ cause })
 *   })
 *   return yield* Stream.runCollect(lines.stream)
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => [ 'one', 'two' ]
 * ```
 *
 * @see Receiver which is an async iterable itself
 * @category converting
 * @since 0.1.0
 */
export const fromAsyncIterable = <A, E>(
  iterable: AsyncIterable<A>,
  options: ForeignOptions<A, E>
): Effect.Effect<Receiver<A, Exclude<E, ChannelClosed>>, never, Scope.Scope> =>
  feedForeign(() => {
    const iterator = iterable[Symbol.asyncIterator]()
    return {
      next: () => iterator.next(),
      // Disposed of first: `return` of a generator waits for a `next` that is under way, and disposing ends that.
      stop: Effect.ensuring(
        Effect.promise(async () => (iterable as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.()),
        Effect.promise(async () => iterator.return?.())
      )
    }
  }, options)
