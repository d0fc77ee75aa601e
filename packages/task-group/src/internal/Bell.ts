import { clockOf, timerOn, waitHere, type Waiter } from "@ferrule/runtime"
import * as Effect from "effect/Effect"

/**
 * Lets one fiber, the body of a group, wait until something rings or a time has come. Rings while nobody waits are
 * not kept: look at what is to be known before waiting.
 */
export class Bell {
  private waiter: Waiter<void> | undefined = undefined

  readonly ring = (): void => this.waiter?.give(undefined)

  /** Waits for the next ring, or until `at`, milliseconds on the monotonic clock. */
  wait(at: number): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      let callOff = (): void => {}
      const register = (waiter: Waiter<void>): (() => void) => {
        this.waiter = waiter
        callOff = timerOn(clockOf(fiber), at, "sleep", this.ring)
        return () => {}
      }
      return Effect.ensuring(
        waitHere<void, never>(fiber, register, Effect.void),
        Effect.sync(() => {
          this.waiter = undefined
          callOff()
        })
      )
    })
  }
}
