import { clockOf, timerOn, tellFirst, type Wakeable, wakeQueueOf } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/**
 * Lets one fiber, the body of a group, wait until something rings or a time has come. Rings while nobody waits are
 * not kept: look at what is to be known before waiting.
 */
export class Bell implements Wakeable {
  private fiber: Fiber.Fiber<unknown, unknown> | undefined = undefined
  private resume: ((effect: Effect.Effect<void>) => void) | undefined = undefined

  readonly ring = (): void => {
    if (this.resume !== undefined && this.fiber !== undefined) wakeQueueOf(this.fiber).enqueue(this)
  }

  /** Waits for the next ring, or until `at`, milliseconds on the monotonic clock. */
  wait(at: number): Effect.Effect<void> {
    return Effect.withFiber((fiber) =>
      Effect.callback<void>((resume) => {
        this.fiber = fiber
        const callOff = timerOn(clockOf(fiber), at, "sleep", this.ring)
        this.resume = (effect) => {
          callOff()
          resume(effect)
        }
        return Effect.sync(() => {
          callOff()
          this.resume = undefined
        })
      })
    )
  }

  wake(): void {
    if (this.fiber !== undefined) tellFirst(this.fiber)
    const resume = this.resume
    this.resume = undefined
    resume?.(Effect.void)
  }
}
