/**
 * Regions that outer cancels do not reach.
 *
 *   up     outer cancels are kept out; the region knows of them.
 *   down   the limit has passed: an outer cancel that has come takes effect, and so does one that comes later.
 *
 * Invariant: a timer is armed only while the shield is up and the region runs.
 */
import { failuresIn, millisOf, nowOn, Region, runRegion, taskNameOf, timerOn } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
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
  Effect.suspend(() => runShielded(self, new ShieldRegion<A, E>(undefined)))

/**
 * Keeps outer cancels out of a region for `limit`, counted from entry: from then on the shield is down, and an outer
 * cancel that came meanwhile takes effect; with none the region goes on.
 *
 * - **Completes when** the effect has ended. **Fails when** it fails.
 * - **When cancelled** from outside, it goes on until the limit, and is cancelled then; its cleanup is awaited.
 * - **Dies when** `limit` is NaN or cannot be read. A negative one is 0.
 *
 * @example A flush that gets a moment, and not more
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const flush = Effect.sleep("1 minute").pipe(Effect.onInterrupt(() => Effect.sync(() => console.log("cut short"))))
 * const program = CancelScope.run({ name: "save", timeout: "1 millis" }, () => flush.pipe(CancelScope.shieldFor("5 millis")))
 * console.log((await Effect.runPromise(program))._tag)
 * // => cut short
 * // => Cancelled
 * ```
 *
 * @see shield which has no limit
 * @category shields
 * @since 0.1.0
 */
export const shieldFor =
  (limit: Duration.Input) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => runShielded(self, new ShieldRegion<A, E>(millisOf(limit, "limit of CancelScope.shieldFor"))))

class ShieldRegion<A, E> extends Region<A, E> {
  private readonly limit: number | undefined
  private callOff: (() => void) | undefined = undefined

  constructor(limit: number | undefined) {
    super("shield")
    this.shielded = true
    this.limit = limit
  }

  override get kind() {
    return "shield" as const
  }

  override onEntered(): void {
    if (this.limit === undefined) return
    const clock = this.clock!
    this.callOff = timerOn(clock, nowOn(clock) + this.limit, "deadline", () => this.unshield())
  }

  override onEnded(): void {
    this.callOff?.()
  }
}

const runShielded = <A, E, R>(self: Effect.Effect<A, E, R>, region: ShieldRegion<A, E>): Effect.Effect<A, E, R> =>
  runRegion(region, self, (exit, interrupted) => {
    if (Exit.isSuccess(exit)) return exit
    const failed = failuresIn(exit.cause, taskNameOf(region))
    return failed.length === 0 ? exit : failOrReport(region, failed, interrupted)
  })
