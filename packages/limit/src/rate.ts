import { clockOf, millisOf, operation } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { limitOf } from "./internal/limitOf.ts"
import { RateLine } from "./internal/RateLine.ts"
import { RateState } from "./internal/rateState.ts"
import type { Limit, LimitOptions } from "./Limit.ts"

/**
 * How often something may start.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateOptions extends LimitOptions {
  /** The time in which there may be `times` starts. */
  readonly per: Duration.Input
  readonly times: number
  /** How many may start at once after a quiet time: 1 if not given, which spaces all of them evenly. */
  readonly burst?: number
}

/**
 * Makes a limit on how often effects start: `times` per `per`, evenly spaced, but for a `burst` after a quiet time. What
 * has started is not waited for: combine it with `concurrent` to limit both.
 *
 * In no time of the length `per` there are more than `times + burst - 1` starts, a late one counted as of its time. Those
 * who wait start on the beat: what a timer is late by is not added up. Time is the monotonic one of the clock on which the limit was made; one timer is set
 * while anybody waits, and none else.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `per` is no duration, or 0, or infinite; when `times` is no whole number from 0 on, nor Infinity; or when
 *   `burst` is no whole number from 1 on.
 *
 * @example Ten a second, three at once
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Clock, Effect } from "effect"
 * import { Limit, TaskGroup } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const limit = yield* Limit.rate({ times: 10, per: "1 second", burst: 3 })
 *   return yield* TaskGroup.forEach([1, 2, 3, 4, 5], () => limit(Clock.currentTimeMillis), { limit: 8 })
 * })
 * console.log(await Effect.runPromise(VirtualClock.run(program))) // => [ 0, 0, 0, 100, 200 ]
 * ```
 *
 * @see concurrent to limit how many run at once
 * @category making
 * @since 0.1.0
 */
export const rate = (options: RateOptions): Effect.Effect<Limit> =>
  Effect.withFiber((fiber) => {
    const { burst = 1 } = options
    if (!Number.isInteger(burst) || burst < 1) {
      throw new RangeError(`the burst of Limit.rate is ${burst}. Pass a whole number from 1 on.`)
    }
    const state = new RateState(perOf(options.per), limitOf(options.times, "the times of Limit.rate"), burst)
    const line = new RateLine(fiber, state, clockOf(fiber), options.name)
    return Effect.succeed(
      Object.assign(
        <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => Effect.andThen(line.turn, self),
        {
          waiting: Effect.sync(() => line.waiting),
          borrowed: Effect.sync(() => line.borrowed),
          resize: (n: number) =>
            operation(() => {
              line.resize(limitOf(n, "the new limit"))
              return Effect.void
            })
        }
      )
    )
  })

const perOf = (per: Duration.Input): number => {
  const millis = millisOf(per, "the per of Limit.rate")
  if (millis > 0 && millis < Infinity) return millis
  throw new RangeError(`the per of Limit.rate is ${millis} milliseconds. Pass a time that passes, "1 second" say.`)
}
