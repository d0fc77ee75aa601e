/**
 *   quiet     nobody waits, and to ring does nothing.
 *   waiting   `waiter` is set, and what it waits for does not hold.
 *
 * Invariant: one fiber waits at a time. It looks in the step in which it begins to wait, so no ring is missed.
 */
import { clockOf, currentNode, timerOn, waitHere, type Waiter } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import { tasksOf } from "./awaitsTasks.ts"

/**
 * Lets one fiber, the body of a group, wait until something holds: it looks when it begins to wait, and again at each
 * ring.
 */
export class Bell {
  private waiter: Waiter<void> | undefined = undefined

  readonly ring = (): void => {
    // Most of many rings come when the fiber is to be woken anyway.
    if (this.waiter?.waiting === true) this.waiter.give(undefined)
  }

  /** Waits until `holds`, or until `at`, milliseconds on the monotonic clock. */
  until(holds: () => boolean, at = Infinity): Effect.Effect<void> {
    return Effect.suspend(() =>
      holds()
        ? Effect.void
        : Effect.flatMap(this.next(holds, at), (late) => (late ? Effect.void : this.until(holds, at)))
    )
  }

  /** Waits for the next ring, and says whether it was the time that has come. */
  private next(holds: () => boolean, at: number): Effect.Effect<boolean> {
    return Effect.withFiber((fiber) => {
      let late = false
      // For those who watch: it waits in the body of the group whose tasks ring.
      const what = { target: tasksOf(currentNode(fiber)?.home) }
      let callOff = (): void => {}
      const register = (waiter: Waiter<void>): (() => void) | undefined => {
        // The scheduler may have given way since the last look.
        if (holds()) return undefined
        this.waiter = waiter
        callOff = timerOn(clockOf(fiber), at, "sleep", () => {
          late = true
          this.ring()
        })
        return () => {}
      }
      const waited = Effect.onExitPrimitive(
        waitHere<void, never>(fiber, register, Effect.void, "a task to end", what),
        () => {
          this.waiter = undefined
          callOff()
          return undefined
        }
      )
      return Effect.map(waited, () => late)
    })
  }
}
