import type { Metric } from "effect"

/** Counts the fibers that were started and have not ended. Effect calls it for every fiber whose context holds it. */
export class LiveFibers implements Metric.FiberRuntimeMetricsService {
  #count = 0

  get count(): number {
    return this.#count
  }

  recordFiberStart = (): void => {
    this.#count++
  }

  recordFiberEnd = (): void => {
    this.#count--
  }
}
