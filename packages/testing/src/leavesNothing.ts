import { clockOf, observer } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import { besideLeft } from "./internal/besideLeft.ts"
import { Belongings } from "./internal/leaks/Belongings.ts"
import { drivenBy } from "./internal/JumpingClock.ts"
import type { LeftBehind } from "./LeftBehind.ts"
import type { LeftKind } from "./Leftover.ts"

/**
 * What a program may leave behind.
 *
 * @category models
 * @since 0.1.0
 */
export interface LeakOptions {
  /** `items` in channels if not given, for a channel may be what the program is to make. */
  readonly mayLeave?: ReadonlyArray<LeftKind> | undefined
}

/**
 * Sees to it that a program leaves nothing behind, on whatever clock: when it ends, every fiber that it started must
 * have ended, no more timers may be armed than before, what it took of semaphores, mutexes and limits must be back, and
 * it must have closed its listeners, sockets, servers and child processes. (Timers of the real clock and handles can be
 * seen on Node only.)
 *
 * - **Completes when** `self` has, and a turn of the event loop has passed; a few more while a handle is being closed.
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
export const leavesNothing = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  options: LeakOptions = {}
): Effect.Effect<A, E | LeftBehind, R> =>
  Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    const virtual = drivenBy(clockOf(fiber))
    const belongings = new Belongings(fiber, virtual)
    belongings.enter()
    return self.pipe(
      Effect.provideService(Metric.FiberRuntimeMetrics, belongings.fibers),
      Effect.provideService(observer, belongings.census),
      Effect.exit,
      Effect.tap(belongings.settled),
      Effect.flatMap((exit): Effect.Effect<A, E | LeftBehind> => {
        const left = belongings.left(options.mayLeave ?? ["items"])
        return left === undefined ? exit : besideLeft(left, exit)
      }),
      Effect.ensuring(Effect.sync(() => belongings.leave()))
    )
  })
