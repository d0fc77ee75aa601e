import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { failLate, type OnExpired, runFor, same } from "./internal/DeadlineRegion.ts"
import { pipeable } from "./internal/pipeable.ts"

/** Also a function that throws hides nothing: what it throws stands where its error would. */
const failAs =
  <E, E2>(error: (late: DeadlineExceeded) => E2): OnExpired<E, never, E | E2> =>
  (exceeded, cleanup, region) =>
    Effect.matchCauseEffect(
      Effect.sync(() => error(exceeded)),
      {
        onSuccess: (mine) => failLate(Cause.fail(mine), cleanup, region),
        onFailure: (thrown) => failLate(thrown, cleanup, region)
      }
    )

/**
 * Fails with your own error when the effect has not ended within `duration`, counted from its start. Only this very
 * deadline becomes your error: a `DeadlineExceeded` that comes out of the effect passes through as it is.
 *
 * - **Completes when** the effect does. Success wins a tie with the deadline.
 * - **Fails when** the effect fails, or the deadline passes: then the effect is cancelled and its cleanup awaited
 *   first, and `error` is called with the `DeadlineExceeded`. A cleanup that dies rides along
 *   (`CancelScope.failures`).
 * - **When cancelled** from outside, so is the effect; `error` is not called.
 * - **Dies when** `duration` is NaN or cannot be read, and with what `error` throws. A negative one is 0.
 *
 * @example The error your callers know
 * ```ts
 * import { Data, Duration, Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * class Unavailable extends Data.TaggedError("Unavailable")<{ readonly service: string; readonly why: string }> {}
 *
 * const program = Effect.sleep("1 minute").pipe(
 *   Timeout.failAfterWith("10 millis", ({ elapsed }) => {
 *     const long = Duration.toMillis(elapsed) >= 10
 *     return new Unavailable({ service: "prices", why: long ? "no answer in 10 ms" : "ended early" })
 *   })
 * )
 * const { service, why } = await Effect.runPromise(Effect.flip(program))
 * console.log(service, why) // => prices no answer in 10 ms
 * ```
 *
 * @see failAfter whose error is `DeadlineExceeded`
 * @category timeouts
 * @since 0.1.0
 */
export const failAfterWith: {
  <E2>(
    duration: Duration.Input,
    error: (late: DeadlineExceeded) => E2
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | E2, R>
  <A, E, R, E2>(
    self: Effect.Effect<A, E, R>,
    duration: Duration.Input,
    error: (late: DeadlineExceeded) => E2
  ): Effect.Effect<A, E | E2, R>
} = pipeable((self, duration: Duration.Input, error: (late: DeadlineExceeded) => unknown) =>
  runFor(self, duration, "duration of Timeout.failAfterWith", undefined, same, failAs(error))
)
