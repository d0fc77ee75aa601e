import {
  type Body,
  type BodyA,
  type BodyE,
  type BodyR,
  clockOf,
  instantOf,
  millisOf,
  nowOn,
  runBody,
  setDeadline
} from "@ferrule/runtime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { DeadlineRegion, failExceeded, runDeadlineRegion, same } from "./internal/DeadlineRegion.ts"

/**
 * A deadline that can be moved while the body runs, by the body or by anybody who has the timer. Once the deadline has
 * passed, the body was cancelled or has ended, moving it does nothing.
 *
 * `remaining` is what is left of this very deadline, zero when it is over; `Timeout.remaining` also counts outer ones.
 *
 * @category models
 * @since 0.1.0
 */
export interface Timer {
  /** What is left until the deadline. */
  readonly remaining: Effect.Effect<Duration.Duration>
  /** Sets the deadline to `at`, milliseconds on the monotonic clock. One that has passed cancels the body at once. */
  reschedule(at: number): Effect.Effect<void>
  /** Moves the deadline out by a duration. */
  extend(by: Duration.Input): Effect.Effect<void>
  /** A sign of life: from now on the whole duration is left again. */
  readonly heartbeat: Effect.Effect<void>
}

const timerOf = (region: DeadlineRegion<any, any>, duration: number): Timer => {
  const move = (at: (now: number, deadline: number) => number): Effect.Effect<void> =>
    Effect.sync(() => {
      // What was cancelled stays so: a timer that was armed for it would fire for nothing.
      if (region.hasEnded || region.trace !== undefined) return
      setDeadline(region.clock!, region, at(nowOn(region.clock!), region.deadlineAt!))
    })
  return {
    remaining: Effect.sync(() => {
      const over = region.hasEnded || region.trace !== undefined
      return Duration.millis(over ? 0 : Math.max(0, region.deadlineAt! - nowOn(region.clock!)))
    }),
    reschedule: (at) =>
      Effect.suspend(() => {
        const instant = instantOf(at, "time of Timer.reschedule")
        return move(() => instant)
      }),
    extend: (by) =>
      Effect.suspend(() => {
        const millis = millisOf(by, "duration of Timer.extend")
        return move((_now, deadline) => deadline + millis)
      }),
    heartbeat: move((now) => now + duration)
  }
}

/**
 * Runs `body` with a deadline that it can move: a sign of life puts it off, silence ends it.
 *
 * - **Completes when** the body does. Success wins a tie with the deadline.
 * - **Fails when** the body fails, or with `DeadlineExceeded` when the deadline passes, as it stands then: the body is
 *   cancelled and its cleanup awaited first. A cleanup that dies rides along (`CancelScope.failures`).
 * - **When cancelled** from outside, so is the body, and that is no `DeadlineExceeded`.
 * - **Dies when** `duration` is NaN or cannot be read. A negative one is 0.
 *
 * @example An upload that may take long, but not stall
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const upload = Timeout.withTimer("100 millis", function* (timer) {
 *   for (const part of ["first", "second", "third"]) {
 *     yield* Effect.sleep(part === "third" ? "1 minute" : "5 millis")
 *     yield* timer.heartbeat
 *     console.log(part)
 *   }
 * })
 * console.log((await Effect.runPromise(Effect.flip(upload)))._tag)
 * // => first
 * // => second
 * // => DeadlineExceeded
 * ```
 *
 * @see failAfter for a deadline that stays
 * @see idle for a stream
 * @category timeouts
 * @since 0.1.0
 */
export const withTimer = <B extends Body>(
  duration: Duration.Input,
  body: (timer: Timer) => B
): Effect.Effect<BodyA<B>, BodyE<B> | DeadlineExceeded, BodyR<B>> =>
  Effect.uninterruptibleMask((restore) => {
    const millis = millisOf(duration, "duration of Timeout.withTimer")
    const now = nowOn(clockOf(Fiber.getCurrent()!))
    const region = new DeadlineRegion<BodyA<B>, BodyE<B>>(undefined, now, now + millis)
    return runDeadlineRegion(restore, region, runBody(body, timerOf(region, millis)), same, failExceeded)
  })
