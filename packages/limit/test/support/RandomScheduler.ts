import type { Fiber, Scheduler } from "effect"

/** A small generator of numbers from 0 to below 1: the same seed, the same numbers. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A scheduler that serves its ready tasks in random order, one at a time and only when told to, and that gives way
 * between any two operations of a fiber.
 */
export class RandomScheduler implements Scheduler.Scheduler {
  readonly executionMode = "async"
  private readonly random: () => number
  private readonly ready: Array<() => void> = []

  constructor(random: () => number) {
    this.random = random
  }

  shouldYield(_fiber: Fiber.Fiber<unknown, unknown>): boolean {
    return this.random() < 0.25
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return { scheduleTask: (task) => void this.ready.push(task), flush: () => this.toTheEnd() }
  }

  /** Serves one task; says whether there was one. */
  step(): boolean {
    if (this.ready.length === 0) return false
    const at = Math.floor(this.random() * this.ready.length)
    const [task] = this.ready.splice(at, 1)
    task!()
    return true
  }

  toTheEnd(): void {
    for (let steps = 0; this.step(); steps++) if (steps > 100_000) throw new Error("it never comes to rest")
  }
}
