/**
 * How often operations may be done in place: in the step of a generator, without the run loop of its fiber.
 *
 * Invariant: of `inARow` operations that a fiber begins without any other step at least one goes through the run loop,
 * which looks whether the fiber was interrupted.
 * Invariant: those in place are counted as the run loop would have counted them, so a fiber that never waits gives way at
 * the latest after twice the operations that Effect allows.
 */
import type * as Fiber from "effect/Fiber"
import { defaultScheduler } from "./defaultScheduler.ts"

const inARow = 16

/** Operations of the run loop that one in place stands for. */
const operations = 2

class InPlaceBudget {
  /** Whose steps are counted: of the fiber that asked last, since it was resumed. */
  private fiber = 0
  private count = 0
  private row = 0
  private saved = 0

  /** Whether the running fiber may do one more in place. */
  allows(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    const { cache, currentOpCount } = fiber
    // Whoever brings a scheduler or a tracer of their own is to see every operation.
    if (cache.scheduler !== defaultScheduler || cache.tracerContext !== undefined) return false
    if (fiber.id !== this.fiber || currentOpCount < this.count) {
      this.fiber = fiber.id
      this.saved = 0
    }
    this.row = currentOpCount === this.count ? this.row + 1 : 1
    this.count = currentOpCount
    this.saved += operations
    if (this.row < inARow && this.saved + currentOpCount < cache.maxOpsBeforeYield) return true
    this.leaveToRunLoop()
    return false
  }

  /** What may be done in place goes through the run loop after all. */
  leaveToRunLoop(): void {
    this.row = 0
  }
}

export const inPlaceBudget = new InPlaceBudget()
