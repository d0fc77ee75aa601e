import type { Body, BodyA, BodyE, BodyR, Clause, Receivable } from "@ferrule/runtime"
import type * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"

/**
 * What `tryReceive` answers. `error` is what the channel was failed with, if it was.
 *
 * @category models
 * @since 0.1.0
 */
export type TryReceive<A, E> =
  | { readonly _tag: "Item"; readonly value: A }
  | { readonly _tag: "Empty" }
  | { readonly _tag: "Ended"; readonly error: Option.Option<E> }

/**
 * The figures of a channel at one instant. At every instant `sent` is `received + buffered + undelivered`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Statistics {
  /** Infinity if unbounded. */
  readonly capacity: number
  readonly buffered: number
  /** The most items that were ever buffered at once. */
  readonly peak: number
  /** Items that were given to the channel; those of sends that still wait are not counted yet. */
  readonly sent: number
  /** Items that receivers have, or own and are about to get. */
  readonly received: number
  /** Items that nobody will have: `onUndelivered` was told of each. */
  readonly undelivered: number
  readonly waitingSenders: number
  readonly waitingReceivers: number
  /** Open sender handles. */
  readonly senders: number
  /** Open receiver handles. */
  readonly receivers: number
  /** Items this reader missed because it lagged: 0 on a channel where senders wait. */
  readonly missed: number
}

/**
 * A handle on the receiving end of a channel. Workers may share one, or have clones: each item goes to one of them,
 * first come, first served.
 *
 * @category models
 * @since 0.1.0
 */
export interface Receiver<out A, out E = never> extends AsyncIterable<A>, Receivable<A, E> {
  /**
   * Receives the next item.
   *
   * - **Completes when** there is one.
   * - **Fails when** the channel has ended: with `Cause.Done`, as a `Pull` does; or with the error it was failed with.
   *   A handle that was cancelled has ended, too.
   * - **When cancelled**: it leaves the line. Cancel safety: nothing is lost. An item it was given and does not have yet
   *   goes to the next receiver, or back to its place.
   */
  readonly receive: Effect.Effect<A, E | Cause.Done>
  /** As `receive`; none at the end. Nothing is lost when it is cancelled. */
  readonly receiveOption: Effect.Effect<Option.Option<A>, E>
  /**
   * Receives if that is possible now.
   *
   * - **Completes when** called, at once. Nothing is lost when it is cancelled.
   * - **Dies when** the channel has ended with a defect, as that of a `produce` whose body died.
   */
  readonly tryReceive: Effect.Effect<TryReceive<A, E>>
  /**
   * Receives items one by one and runs `f` for each, to the end of the channel. The handle stays open.
   *
   * - **Completes when** the channel has ended. **Fails when** `f` fails, or the channel was failed.
   * - **When cancelled**: it stops. Cancel safety: nothing is lost. `f` gets an item in the very step that takes it; the
   *   item is its own from then on, and does not come back if `f` fails or is cancelled.
   */
  readonly forEach: <B extends Body>(f: (item: A) => B) => Effect.Effect<void, E | BodyE<B>, BodyR<B>>
  /**
   * One more handle, for one more owner; it is cancelled with the resource scope.
   *
   * - **Dies when** this handle was cancelled before.
   */
  readonly clone: Effect.Effect<Receiver<A, E>, never, Scope.Scope>
  /**
   * The items as a stream, taken one by one as it is pulled. To leave it early leaves the handle open, and the rest of
   * the items in place; `use` around it cancels the handle. The same is true of `for await`: an iterator that returns, as
   * where a Node readable made of it is destroyed, leaves to others what its `next` waits for.
   */
  readonly stream: Stream.Stream<A, E>
  /**
   * Gives up this handle; receives that wait on it see the end. With the last handle the channel is abandoned: sends
   * fail with `ChannelClosed`, and every item that is left goes to `onUndelivered`, in order, once. Twice is harmless.
   *
   * - **Completes when** every hook has run. **Dies when** hooks die: all of them run, and all defects arrive.
   */
  readonly cancel: Effect.Effect<void>
  /**
   * Runs `body` and cancels this handle when it ends, on any exit.
   *
   * - **Completes when** the body does, **fails when** it does.
   * - **When cancelled**, so is the body, and then the handle.
   */
  readonly use: <B extends Body>(body: (receiver: Receiver<A, E>) => B) => Effect.Effect<BodyA<B>, BodyE<B>, BodyR<B>>
  /** The figures of the channel, now. */
  readonly statistics: Effect.Effect<Statistics>
  /** What `receiving` and `ended` are made of. */
  readonly "~ferrule/channel/Receiver": { readonly receiving: Clause<A, E>; readonly ended: Clause<void, E> }
}
