import type * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"
import type { Stepper } from "./Stepper.ts"

/** Another scheduler, each of whose operations and tasks is a step. */
export class SteppingScheduler implements Scheduler.Scheduler {
  readonly executionMode: Scheduler.Scheduler["executionMode"]
  readonly #inner: Scheduler.Scheduler
  readonly #stepper: Stepper

  constructor(inner: Scheduler.Scheduler, stepper: Stepper) {
    this.executionMode = inner.executionMode
    this.#inner = inner
    this.#stepper = stepper
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    const givesWay = this.#inner.shouldYield(fiber)
    return this.#stepper.operation(fiber) || givesWay
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    const inner = this.#inner.makeDispatcher()
    return {
      scheduleTask: (task, priority) => inner.scheduleTask(() => this.#stepper.event("a wake-up", task), priority),
      flush: () => inner.flush()
    }
  }
}
