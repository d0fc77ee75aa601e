import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { failExceeded, type OnExpired, runFor, same } from "./internal/DeadlineRegion.ts"

/** The end of a stream that was cancelled, brought by a part that could not be, is no failure beside the deadline. */
const failSilent: OnExpired<unknown, never, unknown> = (exceeded, cleanup, region) =>
  failExceeded(
    exceeded,
    cleanup.filter(({ reason }) => !(Cause.isFailReason(reason) && Cause.isDone(reason.error))),
    region
  )

/**
 * Fails a stream with `DeadlineExceeded` when it has been silent for `duration`. Only the time counts during which
 * somebody waits for the stream: for the first element, too, and from each request for more on. However slow the
 * consumer is, it does not trip it.
 *
 * - **Completes when** the stream does.
 * - **Fails when** the stream fails, or with `DeadlineExceeded`: what it was doing is cancelled and cleaned up first.
 *   Elements that came before have been given.
 * - **When cancelled** from outside, so is the stream.
 * - **Dies when** `duration` is NaN or cannot be read. A negative one is 0: only what is there without waiting comes.
 *
 * Each request for more runs in a region of its own. A `forkChild` in the stream therefore ends with the request that
 * started it; `forkScoped` gives it the life of the stream.
 *
 * @example A feed that dries up
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const feed = Stream.concat(Stream.make("one", "two"), Stream.never).pipe(
 *   Stream.tap((element) => Effect.sync(() => console.log(element))),
 *   Timeout.idle("20 millis")
 * )
 * console.log((await Effect.runPromise(Effect.flip(Stream.runDrain(feed))))._tag)
 * // => one
 * // => two
 * // => DeadlineExceeded
 * ```
 *
 * @see withTimer for an effect that tells that it is alive
 * @category timeouts
 * @since 0.1.0
 */
export const idle =
  (duration: Duration.Input) =>
  <A, E, R>(self: Stream.Stream<A, E, R>): Stream.Stream<A, E | DeadlineExceeded, R> =>
    Stream.transformPull(
      self,
      (pull) => Effect.succeed(runFor(pull, duration, "duration of Timeout.idle", "idle", same, failSilent))
      // Sound: what it fails with is the stream's own failure, its end, or `DeadlineExceeded`.
    ) as Stream.Stream<A, E | DeadlineExceeded, R>
