import { failuresIn, Region, runRegion } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { failOrReport } from "./internal/failOrReport.ts"

/**
 * Keeps outer cancels out of a region: it runs to its end, and a cancel that came meanwhile takes effect after it.
 *
 * - **Completes when** the effect has ended. **Fails when** it fails.
 * - **When cancelled** from outside, it goes on; nothing after it runs.
 *
 * @example A write that is finished once it has begun
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const write = Effect.sleep("10 millis").pipe(Effect.andThen(Effect.sync(() => console.log("written"))))
 * const program = CancelScope.run({ name: "save", timeout: "1 millis" }, () => write.pipe(CancelScope.shield))
 * console.log((await Effect.runPromise(program))._tag)
 * // => written
 * // => Cancelled
 * ```
 *
 * @see run whose option `shield` does the same for a scope with a cancel of its own
 * @category shields
 * @since 0.1.0
 */
export const shield = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const region = new Region<A, E>("shield")
    region.shielded = true
    return runRegion(region, self, (exit, interrupted) => {
      if (Exit.isSuccess(exit)) return exit
      const failed = failuresIn(exit.cause, region.name)
      return failed.length === 0 ? exit : failOrReport(region, failed, interrupted)
    })
  })
