import type { Fiber, Scheduler } from "effect"
import { randomFrom } from "./randomFrom.ts"

interface Entry {
  readonly id: number
  readonly task: () => void
  readonly priority: number
}

/**
 * A Scheduler with one list of ready tasks for all fibers, served only when the driver says so: in order (first come,
 * first served within a priority) or, given a seed, in random order.
 */
export class ReadyList implements Scheduler.Scheduler {
  readonly executionMode = "async"
  #serving: Array<Entry> = []
  #arriving: Array<Entry> = []
  #cursor = 0
  #added = 0
  #served = 0
  #order = 0x811c9dc5
  readonly #pick: ((count: number) => number) | undefined

  constructor(seed?: number) {
    if (seed === undefined) return
    const random = randomFrom(seed)
    this.#pick = (count) => Math.floor(random() * count)
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    return fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return {
      scheduleTask: (task, priority) => this.add(task, priority),
      flush: () => {
        while (this.serve());
      }
    }
  }

  add(task: () => void, priority = 0): void {
    this.#arriving.push({ id: this.#added++, task, priority })
  }

  /** How many tasks wait to be served. */
  get size(): number {
    return this.#serving.length - this.#cursor + this.#arriving.length
  }

  /** How many tasks were served so far. */
  get served(): number {
    return this.#served
  }

  /** A hash of the order in which the tasks were served. */
  get order(): number {
    return this.#order >>> 0
  }

  /** Serves one task; false when none is ready. */
  serve(): boolean {
    const entry = this.#pick === undefined ? this.#takeFirst() : this.#takeAny(this.#pick)
    if (entry === undefined) return false
    this.#served++
    this.#order = Math.imul(this.#order ^ entry.id, 0x01000193)
    entry.task()
    return true
  }

  #takeFirst(): Entry | undefined {
    if (this.#cursor === this.#serving.length) {
      this.#serving = this.#arriving
      this.#arriving = []
      this.#cursor = 0
      if (this.#serving.some((entry) => entry.priority !== 0)) this.#serving.sort((a, b) => a.priority - b.priority)
    }
    return this.#serving[this.#cursor++] ?? this.#rewind()
  }

  #rewind(): undefined {
    this.#cursor = this.#serving.length
  }

  #takeAny(pick: (count: number) => number): Entry | undefined {
    const ready = this.#arriving
    const last = ready.pop()
    if (last === undefined) return undefined
    const index = pick(ready.length + 1)
    const chosen = ready[index]
    if (chosen === undefined) return last
    ready[index] = last
    return chosen
  }
}
