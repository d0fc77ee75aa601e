import { instantOf, millisOf } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { failExceeded, runFor, runUntil, same } from "./internal/DeadlineRegion.ts"

/**
 * What to call the deadline in its error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Opt {
  readonly label?: string
}

/** A limit on an effect: `L` is a duration, or a time. */
type Limit<L> = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  limit: L,
  options: Opt | undefined
) => Effect.Effect<A, E | DeadlineExceeded, R>

/**
 * What `Function.dual` gives for a last parameter that may be missing, which spreads its arguments: that took a tenth
 * of a timeout that does not fire.
 */
const pipeable = <L>(run: Limit<L>) => {
  function limited(
    limit: L,
    options?: Opt
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DeadlineExceeded, R>
  function limited<A, E, R>(
    self: Effect.Effect<A, E, R>,
    limit: L,
    options?: Opt
  ): Effect.Effect<A, E | DeadlineExceeded, R>
  function limited(first: any, second: any, third?: Opt): unknown {
    if (Effect.isEffect(first)) return run(first, second, third)
    return <A, E, R>(self: Effect.Effect<A, E, R>) => run(self, first, second)
  }
  return limited
}

const runFailAfter: Limit<Duration.Input> = (self, duration, options) =>
  Effect.uninterruptibleMask((restore) => {
    const millis = millisOf(duration, "duration of Timeout.failAfter")
    return runFor(restore, self, millis, options?.label, same, failExceeded)
  })

const runFailAt: Limit<number> = (self, at, options) =>
  Effect.uninterruptibleMask((restore) => {
    const instant = instantOf(at, "time of Timeout.failAt")
    return runUntil(restore, self, instant, options?.label, same, failExceeded)
  })

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
} = pipeable(runFailAfter)

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
} = pipeable(runFailAt)
