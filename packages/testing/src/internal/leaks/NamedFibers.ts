import { CurrentNode, pathOf } from "@ferrule/runtime"
import * as Context from "effect/Context"
import type * as Exit from "effect/Exit"
import type * as Metric from "effect/Metric"
import * as References from "effect/References"
import { framesOf } from "../../FiberInfo.ts"
import type { Leftover } from "../../Leftover.ts"

type Surroundings = Context.Context<never>

/**
 * Live fibers by the context that each began with, which says what it belongs to: on a clock whose scheduler nobody
 * watches, nothing more is to be seen of them. It passes on to `next` what it is told.
 */
export class NamedFibers implements Metric.FiberRuntimeMetricsService {
  readonly #next: Metric.FiberRuntimeMetricsService | undefined
  readonly #live = new Map<Surroundings, number>()
  /** A fiber has ended in another context than it began with, so the names may be those of others. */
  #isUnsure = false

  constructor(next: Metric.FiberRuntimeMetricsService | undefined) {
    this.#next = next
  }

  readonly recordFiberStart = (context: Surroundings): void => {
    this.#live.set(context, (this.#live.get(context) ?? 0) + 1)
    this.#next?.recordFiberStart(context)
  }

  readonly recordFiberEnd = (context: Surroundings, exit: Exit.Exit<unknown, unknown>): void => {
    const count = this.#live.get(context)
    if (count === undefined) this.#isUnsure = true
    else if (count === 1) this.#live.delete(context)
    else this.#live.set(context, count - 1)
    this.#next?.recordFiberEnd(context, exit)
  }

  get left(): ReadonlyArray<Leftover> {
    return this.#isUnsure ? [] : [...this.#live].map(([context, count]) => leftover(context, count))
  }
}

const leftover = (context: Surroundings, count: number): Leftover => {
  const node = Context.get(context, CurrentNode)
  const place = framesOf(Context.get(context, References.CurrentStackFrame))[0]
  return {
    kind: "fibers",
    count,
    what: count === 1 ? "a fiber" : `${count} fibers`,
    path: node === undefined ? [] : pathOf(node),
    place
  }
}
