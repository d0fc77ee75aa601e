import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { ForeignOptions } from "../FromOptions.ts"
import type { Receiver } from "../Receiver.ts"
import { feed } from "./feed.ts"

/** A source of promises. After `next` said that it is done, or was rejected, there is nothing to stop. */
export interface ForeignSource<A> {
  readonly next: () => PromiseLike<IteratorResult<A, unknown>>
  readonly stop: Effect.Effect<unknown>
}

/** Feeds a channel from it. `open` is called at once: where it throws, so does the conversion. */
export const feedForeign = <A, E>(
  open: () => ForeignSource<A>,
  options: ForeignOptions<A, E>
): Effect.Effect<Receiver<A, Exclude<E, ChannelClosed>>, never, Scope.Scope> =>
  feed(options, (pump) => {
    const source = open()
    let over = false
    const next = (): PromiseLike<boolean> =>
      source.next().then(({ done, value }) => {
        if (done === true) over = true
        // Here, and not in the fiber: that may have been stopped meanwhile.
        else pump.hold(value)
        return over
      })
    const failed = (error: unknown): E => {
      over = true
      return options.onError(error)
    }
    const pull = Effect.flatMap(Effect.tryPromise({ try: next, catch: failed }), (ended) =>
      ended ? Cause.done() : Effect.void
    )
    return { body: pump.move(pull), release: Effect.suspend(() => (over ? Effect.void : Effect.asVoid(source.stop))) }
  })
