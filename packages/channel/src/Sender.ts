import type { Body, BodyE, BodyR, Clause } from "@ferrule/runtime"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { Permit } from "./Permit.ts"

/**
 * What `trySend` answers. With `full` and `closed` the caller still has the item.
 *
 * @category models
 * @since 0.1.0
 */
export type TrySend = "sent" | "full" | "closed"

/**
 * A handle on the sending end of a channel. The channel ends when every sender handle is closed and every item has been
 * received. The methods can be passed on as functions: `Stream.runForEach(tx.send)`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sender<in A, in E = never> {
  /**
   * Sends an item, waiting for room or, with capacity 0, for a receiver; unless the channel drops items instead.
   *
   * - **Completes when** a receiver or the buffer has taken the item. First come, first served.
   * - **Fails when** this handle, or the last receiver, is closed: `ChannelClosed`. A send that waits when senders close
   *   stays in line.
   * - **When cancelled**: it leaves the line. Cancel safety: nothing is lost. The item has been taken, or it goes to
   *   `onUndelivered`, once.
   */
  readonly send: (item: A) => Effect.Effect<void, ChannelClosed>
  /**
   * Sends an item if that is possible now. A channel that drops items takes every one.
   *
   * - **Completes when** called, at once. What says `sent` was sent, and the other way round, also when cancelled.
   */
  readonly trySend: (item: A) => Effect.Effect<TrySend>
  /** As `trySend`, for callbacks that are no effects. The hook of an item that had to go runs in a fiber of its own. */
  readonly trySendUnsafe: (item: A) => TrySend
  /**
   * Sets a place aside for an item that is not there yet, waiting for it in the line of the sends. With capacity 0 a
   * receiver that waits is such a place.
   *
   * - **Completes when** there is a place. It is given back, if it was not used, when the resource scope closes.
   * - **Fails when** this handle, or the last receiver, is closed: `ChannelClosed`.
   * - **When cancelled**: it leaves the line. Cancel safety: no place is lost.
   *
   * While a permit is held, the channel does not end: its item may still come.
   */
  readonly reserve: Effect.Effect<Permit<A>, ChannelClosed, Scope.Scope>
  /**
   * One more handle, for one more owner; it closes with the resource scope.
   *
   * - **Dies when** this handle was closed before.
   */
  readonly clone: Effect.Effect<Sender<A, E>, never, Scope.Scope>
  /**
   * Makes this handle into `n`, for `n` owners; the last of them to close ends the channel. This one is used up.
   *
   * - **Completes when** called, at once.
   * - **Dies when** `n` is not a whole number from 1 on, or this handle was closed before.
   */
  readonly split: (n: number) => Effect.Effect<ReadonlyArray<Sender<A, E>>>
  /**
   * Closes this handle. Sends that wait stay in line and are received; later ones fail. Twice is harmless.
   *
   * - **Completes when** called, at once.
   */
  readonly close: Effect.Effect<void>
  /**
   * Ends the channel with an error, whoever else holds a sender: what was sent is received first, then every receive
   * fails with `error`. Later sends fail with `ChannelClosed`.
   *
   * - **Completes when** called, at once. Does nothing on a channel whose senders are closed.
   */
  readonly fail: (error: E) => Effect.Effect<void>
  /**
   * Runs `body` as the owner of this handle: it lives as long as the body.
   *
   * - **Completes when** the body succeeds: the handle is closed. Also when every receiver is gone: then the body is
   *   cancelled, its cleanup awaited, and that is a normal end.
   * - **Fails when** the body fails. The handle stays open then, so that the receivers are not shown a clean end: whoever
   *   gets the failure cancels them, as a task group does.
   * - **When cancelled**, so is the body; the handle stays open, too.
   *
   * To send on the handle after closing it inside is a defect, and so is the `ChannelClosed` of another channel: handle it
   * inside, or the receivers of this one would be shown a clean end.
   */
  readonly use: <B extends Body>(
    body: (sender: Sender<A, E>) => B
  ) => Effect.Effect<void, Exclude<BodyE<B>, ChannelClosed>, BodyR<B>>
  /** What `sending` is made of. */
  readonly "~ferrule/channel/Sender": {
    /** The clause that commits by sending the item. */
    readonly sending: (item: A) => Clause<void, ChannelClosed>
  }
}
