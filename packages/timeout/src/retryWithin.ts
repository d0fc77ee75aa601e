import { clockOf, currentNode, effectiveDeadlineOf, millisOf, nowOn, operation } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import { pipeable } from "./internal/pipeable.ts"

/**
 * When another attempt is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryOptions<E, R2> {
  /** How long to wait before each new attempt, and when to give up. */
  readonly schedule: Schedule.Schedule<unknown, NoInfer<E>, never, R2>
  /** Which errors are worth another attempt; without it all are. */
  readonly while?: (error: E) => boolean
  /** How much of the budget an attempt needs to make sense; 0 if not given. */
  readonly minAttempt?: Duration.Input
}

/** Whether `millis` are left of the earliest deadline that reaches the fiber. */
const fits = (millis: number, fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const node = currentNode(fiber)
  const deadline = node === undefined ? undefined : effectiveDeadlineOf(node)
  return deadline === undefined || millis <= Math.max(0, deadline - nowOn(clockOf(fiber)))
}

/**
 * What a schedule is told of the time: the date, for one that goes by the calendar, which a step of the wall clock
 * does not move while the retries last.
 */
const steadyDate = (fiber: Fiber.Fiber<unknown, unknown>): (() => number) => {
  const clock = clockOf(fiber)
  const offset = clock.currentTimeMillisUnsafe() - nowOn(clock)
  return () => offset + nowOn(clock)
}

/** A failure of typed errors alone; with a defect or an interruption beside them nothing is tried again. */
const onlyErrors = <E>(cause: Cause.Cause<E>): ReadonlyArray<E> => {
  const errors = cause.reasons.filter(Cause.isFailReason).map(({ error }) => error)
  return errors.length === cause.reasons.length ? errors : []
}

const retry = <A, E, R, R2>(
  self: Effect.Effect<A, E, R>,
  options: RetryOptions<E, R2>,
  step: (now: number, error: E) => Pull.Pull<readonly [unknown, Duration.Duration], never, unknown, R2>,
  date: () => number
): Effect.Effect<A, E, R | R2> => {
  const minAttempt =
    options.minAttempt === undefined ? 0 : millisOf(options.minAttempt, "minAttempt of Timeout.retryWithin")
  // Of the schedule's first step, as in `Effect.retry`: the first attempt comes before it.
  let start: number | undefined = undefined
  let previous = 0
  let attempt = 0
  const onFailure = (cause: Cause.Cause<E>): Effect.Effect<A, E, R | R2> => {
    const lastError = Effect.failCause(cause)
    const errors = onlyErrors(cause)
    if (errors.length === 0 || !errors.every((each) => options.while?.(each) ?? true)) return lastError
    // Sound: there is one. The first stands for all, as it does for `catch`.
    const error = errors[0] as E
    const now = date()
    const began = (start ??= previous = now)
    return Pull.matchEffect(step(now, error), {
      onDone: () => lastError,
      onFailure: (never) => Effect.failCause(never),
      onSuccess: ([output, duration]) => {
        const metadata = {
          input: error,
          output,
          duration,
          attempt: ++attempt,
          start: began,
          now,
          elapsed: now - began,
          elapsedSincePrevious: now - previous
        }
        previous = now
        return operation((fiber) => {
          if (!fits(Duration.toMillis(duration) + minAttempt, fiber)) return lastError
          // The deadline may have been moved while we slept, and a sleep may take longer than it should.
          const again = operation((awake) =>
            fits(minAttempt, awake) ? run(Effect.provideService(self, Schedule.CurrentMetadata, metadata)) : lastError
          )
          return Effect.andThen(Effect.sleep(duration), again)
        })
      }
    })
  }
  const run = (one: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | R2> => Effect.catchCause(one, onFailure)
  return run(self)
}

/**
 * Tries again as long as it makes sense: while the schedule goes on, the error is worth it, and the wait and an
 * attempt fit into what is left of the earliest deadline around it. Better the error that says what is wrong now than
 * a `DeadlineExceeded` after a last, hopeless wait.
 *
 * - **Completes when** an attempt succeeds.
 * - **Fails when** an attempt fails and there is no further one: with what that last attempt failed with, at once. It
 *   is asked again before each start whether the attempt fits. A defect is not tried again.
 * - **When cancelled**, so is the attempt or the wait.
 * - **Dies when** `minAttempt` is NaN or cannot be read.
 *
 * Where there is no deadline this is `Effect.retry`. An attempt whose deadline passes while it runs is cancelled as
 * ever: put `failAfter` around the retries, and one of its own inside each attempt.
 *
 * @example The last error, not the deadline
 * ```ts
 * import { Effect, Schedule } from "effect"
 * import { Timeout } from "ferrule"
 *
 * let attempts = 0
 * const program = Effect.suspend(() => Effect.fail(`refused ${++attempts} times`)).pipe(
 *   Timeout.retryWithin({ schedule: Schedule.spaced("100 millis"), minAttempt: "150 millis" }),
 *   Timeout.failAfter("300 millis")
 * )
 * console.log(await Effect.runPromise(Effect.flip(program))) // => refused 2 times
 * ```
 *
 * @see hedge for an attempt that is slow rather than failing
 * @category attempts
 * @since 0.1.0
 */
export const retryWithin: {
  <E, R2 = never>(options: RetryOptions<E, R2>): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | R2>
  <A, E, R, R2 = never>(self: Effect.Effect<A, E, R>, options: RetryOptions<E, R2>): Effect.Effect<A, E, R | R2>
} = pipeable((self, options: RetryOptions<any, any>) =>
  Effect.withFiber((fiber) =>
    Effect.flatMap(Schedule.toStep(options.schedule), (step) => retry(self, options, step, steadyDate(fiber)))
  )
)
