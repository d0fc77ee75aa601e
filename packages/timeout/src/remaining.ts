import { effectiveDeadline, now } from "@ferrule/cancel-scope"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * How long the running code has until the earliest deadline that reaches it; none where there is no deadline.
 * Zero when it has passed, or when a cancel has come first.
 *
 * @example Passing the budget on to a driver
 * ```ts
 * import { Duration, Effect, Option } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const program = Timeout.remaining.pipe(
 *   Effect.map(Option.map((left) => Duration.toMillis(left) <= 5000)),
 *   Timeout.failAfter("5 seconds")
 * )
 * console.log(Option.getOrThrow(await Effect.runPromise(program))) // => true
 * ```
 *
 * @see CancelScope.effectiveDeadline
 * @category deadlines
 * @since 0.1.0
 */
export const remaining: Effect.Effect<Option.Option<Duration.Duration>> = Effect.zipWith(
  effectiveDeadline,
  now,
  (deadline, at) => Option.map(deadline, (instant) => Duration.millis(Math.max(0, instant - at)))
)
