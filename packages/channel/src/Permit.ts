import type * as Effect from "effect/Effect"

/**
 * A place in a channel that was set aside for one item. It is given back, if it was not used, when the resource scope
 * in which it was reserved closes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Permit<in A> {
  /**
   * Sends the item for which the place was set aside.
   *
   * - **Completes when** called, at once, also when the senders were closed in the meantime. If the last receiver is gone
   *   the item goes to `onUndelivered`.
   * - **Dies when** the permit was used before, or its resource scope has closed.
   */
  readonly commit: (item: A) => Effect.Effect<void>
}
