import type * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"

interface Entry {
  readonly id: number
  readonly task: () => void
  readonly priority: number
}

/** Picks one of `count` ready tasks, by index. */
export type Pick = (count: number) => number

export interface ReadyListOptions {
  /** Without it: first come, first served within a priority. */
  readonly pick?: Pick | undefined
  /** Told of every fiber that runs, again and again. */
  readonly onRun: (fiber: Fiber.Fiber<unknown, unknown>) => void
}

/** A Scheduler with one list of ready tasks for all fibers, served only when the driver says so. */
export class ReadyList implements Scheduler.Scheduler {
  readonly executionMode = "async"
  #serving: Array<Entry> = []
  #arriving: Array<Entry> = []
  #cursor = 0
  #added = 0
  #served = 0
  #order = 0x811c9dc5
  readonly #pick: Pick | undefined
  readonly #onRun: ReadyListOptions["onRun"]

  constructor({ pick, onRun }: ReadyListOptions) {
    this.#pick = pick
    this.#onRun = onRun
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    // Once in each run of a fiber between two waits would do; its first operation always asks.
    if (fiber.currentOpCount <= 1) this.#onRun(fiber)
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
    return this.#cursor < this.#serving.length ? this.#serving[this.#cursor++] : undefined
  }

  #takeAny(pick: Pick): Entry | undefined {
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
