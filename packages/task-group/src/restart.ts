import { causeOf, clockOf, failuresIn, millisOf, nowOn } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import type { AnyEffect } from "./children.ts"

/**
 * How a task that fails is started again: after the waits of `schedule`, for the causes that `while` lets through, and
 * at most `intensity.max` times within any `intensity.within`, as supervisors of Erlang's OTP do. When that is used up,
 * or the schedule is, the task fails with the last cause. What an attempt has acquired is released before the next.
 *
 * @category models
 * @since 0.1.0
 */
export interface Restart {
  readonly schedule: Schedule.Schedule<unknown, any>
  /** Whether a failure is worth another start; without it every one is. */
  readonly while?: (cause: Cause.Cause<unknown>) => boolean
  readonly intensity?: { readonly max: number; readonly within: Duration.Input }
}

/**
 * Whether one more restart is within the intensity. Pure: `starts` are the times of the restarts so far, oldest first.
 *
 * @internal
 */
const mayRestart = (starts: Array<number>, now: number, max: number, within: number): boolean => {
  while (starts.length > 0 && starts[0]! <= now - within) starts.shift()
  if (starts.length >= max) return false
  starts.push(now)
  return true
}

/**
 * Runs an effect again when it fails, as `restart` says.
 *
 * @internal
 */
export const restarting = (effect: AnyEffect, restart: Restart, task: string): AnyEffect =>
  Effect.gen(function* () {
    const { intensity } = restart
    const within = intensity && millisOf(intensity.within, `intensity.within of "${task}"`)
    const step = yield* Schedule.toStep(restart.schedule)
    const starts: Array<number> = []
    /** How long to wait for the next start; nothing if there is none. */
    const next = function* (cause: Cause.Cause<unknown>) {
      if (restart.while !== undefined && !restart.while(cause)) return undefined
      const now = yield* Effect.withFiber((fiber) => Effect.succeed(nowOn(clockOf(fiber))))
      if (intensity !== undefined && !mayRestart(starts, now, intensity.max, within!)) return undefined
      return yield* Pull.catchDone(
        Effect.map(step(now, cause), ([, wait]) => wait),
        () => Effect.undefined
      )
    }
    while (true) {
      const exit = yield* Effect.exit(Effect.scoped(effect))
      if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return yield* exit
      const wait = yield* Effect.exit(Effect.gen(() => next(exit.cause)))
      // Whoever decides, and dies of it, must not take the failure with it that it was asked about.
      if (Exit.isFailure(wait)) {
        return yield* Effect.failCause(causeOf([...failuresIn(exit.cause, task), ...failuresIn(wait.cause, task)]))
      }
      if (wait.value === undefined) return yield* exit
      yield* Effect.sleep(wait.value)
    }
  })
