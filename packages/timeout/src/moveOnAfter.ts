import { type Failure, failWith } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { runFor, runUntil } from "./internal/DeadlineRegion.ts"
import { pipeable } from "./internal/pipeable.ts"

const noneOrFailed = <E>(
  _exceeded: unknown,
  cleanup: ReadonlyArray<Failure<E>>,
  region: { readonly name: string }
): Effect.Effect<Option.Option<never>, E> =>
  cleanup.length === 0 ? Effect.succeed(Option.none()) : failWith(cleanup, region.name)

/**
 * Gives the effect's value, or none when it has not ended within `duration`, counted from its start.
 *
 * - **Completes when** the effect does, or when the deadline has passed and the effect's cleanup has ended. Success
 *   wins a tie with the deadline.
 * - **Fails when** the effect fails; also when its cleanup does after the deadline, for none has nothing that a
 *   failure could ride on.
 * - **When cancelled** from outside, so is the effect.
 * - **Dies when** `duration` is NaN or cannot be read. A negative one is a budget already spent, as 0.
 *
 * @example A hint that may be missing
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const program = Effect.as(Effect.sleep("1 minute"), "hint").pipe(Timeout.moveOnAfter("10 millis"))
 * console.log((await Effect.runPromise(program))._tag) // => None
 * ```
 *
 * @see failAfter for an error instead of an `Option`
 * @category timeouts
 * @since 0.1.0
 */
export const moveOnAfter: {
  (duration: Duration.Input): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<Option.Option<A>, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, duration: Duration.Input): Effect.Effect<Option.Option<A>, E, R>
} = pipeable((self, duration: Duration.Input) =>
  runFor(self, duration, "duration of Timeout.moveOnAfter", undefined, Option.some, noneOrFailed)
)

/**
 * Gives the effect's value, or none when it has not ended by `at`, milliseconds on the monotonic clock.
 *
 * - **Completes when**, **fails when**, **when cancelled**: as `moveOnAfter`.
 * - **Dies when** `at` is NaN.
 *
 * @example What can be had by a fixed time
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Timeout } from "ferrule"
 *
 * const program = Effect.flatMap(CancelScope.after("10 millis"), (at) =>
 *   Effect.all([Effect.succeed(1), Effect.never].map((attempt) => attempt.pipe(Timeout.moveOnAt(at))))
 * )
 * console.log((await Effect.runPromise(program)).map((found) => found._tag)) // => [ 'Some', 'None' ]
 * ```
 *
 * @see failAt
 * @category timeouts
 * @since 0.1.0
 */
export const moveOnAt: {
  (at: number): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<Option.Option<A>, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, at: number): Effect.Effect<Option.Option<A>, E, R>
} = pipeable((self, at: number) => runUntil(self, at, "time of Timeout.moveOnAt", undefined, Option.some, noneOrFailed))
