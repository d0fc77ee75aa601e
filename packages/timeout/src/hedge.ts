import { millisOf, runRegion } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { HedgeRegion } from "./internal/HedgeRegion.ts"
import { pipeable } from "./internal/pipeable.ts"

/**
 * Runs the same effect again, beside the attempts that still run, when the last one is slow or has failed; the first
 * to succeed wins. For what may be done twice, and is now and then slow for no reason of its own: a read from one of
 * many replicas.
 *
 * The next attempt starts `after` the last one did, or as soon as the last one has failed, until there were `max`.
 *
 * - **Completes when** an attempt has succeeded and the others, which are cancelled with the reason `GroupClosed`,
 *   have cleaned up. What a loser succeeds or fails with all the same is dropped.
 * - **Fails when** all have failed: with every failure, in time order. A defect in an attempt, or in the cleanup of a
 *   loser, ends it with that defect; so does an attempt that interrupts itself, as it would without `hedge`.
 * - **When cancelled** from outside, so are all attempts; their cleanup ends before it returns.
 * - **Dies when** `after` is NaN or cannot be read, or `max` is not at least 1.
 *
 * An attempt has no resource scope of its own: put `Effect.scoped` inside, so that losers release what they have
 * acquired.
 *
 * @example The tail at scale
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * let asked = 0
 * const read = Effect.suspend(() => {
 *   const replica = ++asked
 *   return Effect.as(Effect.sleep(replica === 1 ? "1 minute" : "1 millis"), `replica ${replica}`)
 * })
 * console.log(await Effect.runPromise(Timeout.hedge(read, { after: "10 millis", max: 3 }))) // => replica 2
 * ```
 *
 * @see retryWithin for one attempt after the other
 * @category attempts
 * @since 0.1.0
 */
export const hedge: {
  (options: {
    readonly after: Duration.Input
    readonly max: number
  }): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    options: { readonly after: Duration.Input; readonly max: number }
  ): Effect.Effect<A, E, R>
} = pipeable((self, options: { readonly after: Duration.Input; readonly max: number }) =>
  Effect.suspend(() => {
    const after = millisOf(options.after, "after of Timeout.hedge")
    if (!(options.max >= 1)) {
      throw new RangeError(`max of Timeout.hedge is ${options.max}: no attempt could ever start. Pass 1 or more.`)
    }
    const region = new HedgeRegion(self, after, options.max)
    return runRegion(region, region.main, (exit) => region.result(exit))
  })
)
