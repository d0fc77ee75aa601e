import { Effect, Metric } from "effect"
import { expect } from "vitest"

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

/** Counts the fibers that were started and have not ended. Effect calls it for every fiber whose context holds it. */
class LiveFibers implements Metric.FiberRuntimeMetricsService {
  count = 0
  recordFiberStart = (): void => void this.count++
  recordFiberEnd = (): void => void this.count--
}

/** Runs a program; when it ends no fiber that it started may be left, and no timer. */
export const leavesNothing = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const fibers = new LiveFibers()
    const before = timers()
    return self.pipe(
      Effect.provideService(Metric.FiberRuntimeMetrics, fibers),
      Effect.onExit(() =>
        // A timer counts until its callback has returned.
        Effect.andThen(
          Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve))),
          Effect.sync(() => {
            expect(fibers.count, "fibers left running").toBe(0)
            expect(timers(), "timers left armed").toBeLessThanOrEqual(before)
          })
        )
      )
    )
  })
