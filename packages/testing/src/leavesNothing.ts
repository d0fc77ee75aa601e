import { clockOf } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { besideLeft } from "./internal/besideLeft.ts"
import { drivenBy } from "./internal/JumpingClock.ts"
import { LiveFibers } from "./internal/LiveFibers.ts"
import { nextTurn } from "./internal/nextTurn.ts"
import { RealWork } from "./internal/RealWork.ts"
import { LeftBehind } from "./LeftBehind.ts"

/** A timer counts until its callback has returned. */
const turn: Effect.Effect<void> = Effect.callback((resume) => {
  nextTurn(() => resume(Effect.void))
})

/**
 * Sees to it that a program leaves nothing behind, on whatever clock: when it ends, every fiber that it started must
 * have ended, and no more timers may be armed than before. (Timers of the real clock can be seen on Node only.)
 *
 * - **Completes when** `self` has, and a turn of the event loop has passed.
 * - **Fails when** `self` does, or with `LeftBehind`. If both, the failure of `self` is first in the cause.
 * - **When cancelled**, `self` is, and nothing is checked.
 *
 * @example A fiber that nobody awaits
 * ```ts
 * import { leavesNothing } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = leavesNothing(Effect.forkDetach(Effect.sleep("20 millis")))
 * console.log((await Effect.runPromise(Effect.flip(program)))._tag) // => LeftBehind
 * ```
 *
 * @see VirtualClock.run, which sees to that by itself
 * @category checking
 * @since 0.1.0
 */
export const leavesNothing = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | LeftBehind, R> =>
  Effect.withFiber((fiber) => {
    const live = new LiveFibers(fiber.getRef(Metric.FiberRuntimeMetrics))
    const virtual = drivenBy(clockOf(fiber))
    const before = virtual?.timers ?? 0
    const real = new RealWork()
    real.enter()
    return Effect.provideService(self, Metric.FiberRuntimeMetrics, live).pipe(
      Effect.exit,
      Effect.tap(turn),
      Effect.flatMap((exit): Effect.Effect<A, E | LeftBehind> => {
        const timers = Math.max(0, (virtual?.timers ?? 0) - before) + real.timers
        if (live.count <= 0 && timers === 0) return exit
        return besideLeft(new LeftBehind({ fibers: live.count, timers, known: [] }), exit)
      }),
      Effect.ensuring(
        Effect.sync(() => {
          real.leave()
          real.stop()
        })
      )
    )
  })
