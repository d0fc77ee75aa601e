import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { failExceeded, runFor, runUntil, same } from "./internal/DeadlineRegion.ts"
import { pipeable } from "./internal/pipeable.ts"

/**
 * What to call the deadline in its error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Opt {
  readonly label?: string
}

/**
 * Fails with `DeadlineExceeded` when the effect has not ended within `duration`, counted from its start.
 *
 * - **Completes when** the effect does. Success wins a tie with the deadline.
 * - **Fails when** the effect fails, or the deadline passes: then the effect is cancelled and its cleanup awaited
 *   first. A cleanup that dies does not hide the `DeadlineExceeded`: it rides along (`CancelScope.failures`).
 * - **When cancelled** from outside, so is the effect, and that is no `DeadlineExceeded`.
 * - **Dies when** `duration` is NaN or cannot be read. A negative one is a budget already spent, as 0: the effect runs
 *   up to its first wait.
 *
 * @example A request that takes too long
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const request = Effect.sleep("1 minute").pipe(Effect.onInterrupt(() => Effect.sync(() => console.log("closed"))))
 * const program = request.pipe(
 *   Timeout.failAfter("10 millis", { label: "request" }),
 *   Effect.catchTag("DeadlineExceeded", (late) => Effect.succeed(`${late._tag} in ${late.scope}`))
 * )
 * console.log(await Effect.runPromise(program))
 * // => closed
 * // => DeadlineExceeded in request
 * ```
 *
 * @see moveOnAfter for an `Option` instead of an error
 * @see failAfterWith for an error of your own
 * @category timeouts
 * @since 0.1.0
 */
export const failAfter: {
  (
    duration: Duration.Input,
    options?: Opt
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DeadlineExceeded, R>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    duration: Duration.Input,
    options?: Opt
  ): Effect.Effect<A, E | DeadlineExceeded, R>
} = pipeable((self, duration: Duration.Input, options: Opt | undefined) =>
  runFor(self, duration, "duration of Timeout.failAfter", options?.label, same, failExceeded)
)

/**
 * Fails with `DeadlineExceeded` when the effect has not ended by `at`, milliseconds on the monotonic clock.
 *
 * - **Completes when**, **fails when**, **when cancelled**: as `failAfter`.
 * - **Dies when** `at` is NaN.
 *
 * @example One deadline for two steps
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const at = yield* CancelScope.after("10 millis")
 *   yield* Effect.sleep("1 millis").pipe(Timeout.failAt(at))
 *   yield* Effect.sleep("1 minute").pipe(Timeout.failAt(at))
 * })
 * console.log((await Effect.runPromise(Effect.flip(program)))._tag) // => DeadlineExceeded
 * ```
 *
 * @see CancelScope.after
 * @category timeouts
 * @since 0.1.0
 */
export const failAt: {
  (at: number, options?: Opt): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DeadlineExceeded, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, at: number, options?: Opt): Effect.Effect<A, E | DeadlineExceeded, R>
} = pipeable((self, at: number, options: Opt | undefined) =>
  runUntil(self, at, "time of Timeout.failAt", options?.label, same, failExceeded)
)
