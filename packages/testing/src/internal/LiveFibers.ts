import type * as Context from "effect/Context"
import type * as Exit from "effect/Exit"
import type * as Metric from "effect/Metric"

/**
 * Counts the fibers that were started and have not ended. Effect calls it for every fiber whose context holds it, and
 * it passes on to `next` what it is told.
 */
export class LiveFibers implements Metric.FiberRuntimeMetricsService {
  #count = 0
  readonly #next: Metric.FiberRuntimeMetricsService | undefined

  constructor(next?: Metric.FiberRuntimeMetricsService) {
    this.#next = next
  }

  get count(): number {
    return this.#count
  }

  recordFiberStart = (context: Context.Context<never>): void => {
    this.#count++
    this.#next?.recordFiberStart(context)
  }

  recordFiberEnd = (context: Context.Context<never>, exit: Exit.Exit<unknown, unknown>): void => {
    this.#count--
    this.#next?.recordFiberEnd(context, exit)
  }
}
