import type * as Effect from "effect/Effect"

/**
 * Lets effects through as it has room for them, strictly first come, first served. It is itself what they are piped
 * through: `request.pipe(limit)`.
 *
 * - **Completes when** the effect does, **fails when** it does.
 * - **When cancelled** while it waits: it leaves the line. Cancel safety: nothing is lost. Who was let in and has not begun
 *   lets the next one in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limit {
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
  /** How many wait in line, now. */
  readonly waiting: Effect.Effect<number>
  /**
   * How much of the limit is in use, now. Of `concurrent`: how many effects run. Of `rate`: how many starts still count,
   * of which there may be `burst`. More than the limit only after a `resize`, until enough have come back.
   */
  readonly borrowed: Effect.Effect<number>
  /**
   * Moves the limit: how many at once, or how many per time. Nobody is stopped: with a lower limit the next ones wait
   * longer. With 0 nobody is let in.
   *
   * - **Completes when** called, at once. **Dies when** `n` is no whole number from 0 on, nor Infinity.
   */
  readonly resize: (n: number) => Effect.Effect<void>
}

/**
 * How a limit is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface LimitOptions {
  /** In messages and reports: who waits for which limit. */
  readonly name?: string
}
