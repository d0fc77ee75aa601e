import { clockOf, millisOf, nowOn } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Milliseconds on the runtime's monotonic clock. It never steps and has no relation to the date.
 *
 * @category deadlines
 * @since 0.1.0
 */
export const now: Effect.Effect<number> = Effect.withFiber((fiber) => Effect.succeed(nowOn(clockOf(fiber))))

/**
 * The time that lies `duration` ahead, for what takes an absolute time.
 *
 * - **Dies when** the duration is NaN or cannot be read. A negative one is 0.
 *
 * @category deadlines
 * @since 0.1.0
 */
export const after = (duration: Duration.Input): Effect.Effect<number> =>
  Effect.withFiber((fiber) =>
    Effect.succeed(nowOn(clockOf(fiber)) + millisOf(duration, "duration of CancelScope.after"))
  )
