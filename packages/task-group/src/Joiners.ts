/**
 * The policies that decide when a group is done, and with what result.
 *
 * @see runWith
 * @module
 */
import { report } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { AllFailed } from "./AllFailed.ts"
import type { Task } from "./Task.ts"

/**
 * One use of a joiner, in one run of a group.
 *
 * @category models
 * @since 0.1.0
 */
export interface Joining<out T, out F> {
  /** A joined task has ended. `stop` ends the group: what still runs is cancelled. */
  onExit(task: Task<unknown, unknown>, exit: Exit.Exit<unknown, unknown>): "continue" | "stop"
  /** The body has ended, and so many joined tasks have not; asked again after each exit. */
  onLeft?(left: number): "continue" | "stop"
  /**
   * Which failures of joined tasks it takes over from the group: all of them, typed errors but not defects, or none.
   */
  readonly takes: "all" | "errors" | "none"
  /** Errors are ordinary here: what a task fails with after the decision is no news for the failure hook. */
  readonly expectsErrors?: boolean
  /** What the group gives, once everything in it has ended. */
  readonly result: Effect.Effect<T, F>
}

/**
 * The policy that decides when a group is done, and with what result. A value that can be used again and again.
 *
 * @see runWith
 * @category models
 * @since 0.1.0
 */
export interface Joiner<out T, out F> {
  /** Called once for each run of a group. */
  readonly begin: () => Joining<T, F>
}

const inOrder = <X>(found: ReadonlyMap<number, X>): Array<X> =>
  [...found].toSorted(([a], [b]) => a - b).map(([, value]) => value)

/**
 * Every joined task has to succeed; gives their values in the order in which they were joined. The first failure is the
 * group's.
 *
 * @category joiners
 * @since 0.1.0
 */
export const allSuccessful: Joiner<ReadonlyArray<unknown>, unknown> = {
  begin: () => {
    const values = new Map<number, unknown>()
    return {
      takes: "none",
      onExit: (task, exit) => {
        if (Exit.isSuccess(exit)) values.set(task.id, exit.value)
        return "continue"
      },
      result: Effect.sync(() => inOrder(values))
    }
  }
}

/**
 * Done when `k` tasks have succeeded; gives their values in the order in which they came. Fails with `AllFailed` as soon
 * as the body has ended and too few are left. A defect ends the group with that defect.
 *
 * @category joiners
 * @since 0.1.0
 */
export const quorum = (k: number): Joiner<ReadonlyArray<unknown>, AllFailed<unknown>> => {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new RangeError(`the quorum of Joiners.quorum is ${k}. Pass a whole number of successes, 1 or more.`)
  }
  return { begin: () => new Quorum(k) }
}

class Quorum implements Joining<ReadonlyArray<unknown>, AllFailed<unknown>> {
  readonly takes = "errors"
  private readonly k: number
  private readonly values: Array<unknown> = []
  private readonly failed: Array<{ readonly task: string; readonly cause: Cause.Cause<unknown> }> = []

  constructor(k: number) {
    this.k = k
  }

  onExit(task: Task<unknown, unknown>, exit: Exit.Exit<unknown, unknown>): "continue" | "stop" {
    if (Exit.isFailure(exit)) this.failed.push({ task: task.name, cause: exit.cause })
    else if (this.values.length < this.k) this.values.push(exit.value)
    return this.values.length >= this.k ? "stop" : "continue"
  }

  onLeft(left: number): "continue" | "stop" {
    return this.values.length + left < this.k ? "stop" : "continue"
  }

  get result(): Effect.Effect<ReadonlyArray<unknown>, AllFailed<unknown>> {
    return Effect.suspend(() => {
      const errors = this.failed.flatMap(({ cause }) =>
        cause.reasons.filter(Cause.isFailReason).map(({ error }) => error)
      )
      if (this.values.length < this.k)
        return Effect.fail(new AllFailed({ errors: errors as [unknown, ...Array<unknown>] }))
      return Effect.as(this.tellFailed, this.values)
    })
  }

  /** The quorum was reached without them: nobody else will hear of these. */
  private get tellFailed(): Effect.Effect<void> {
    const told = this.failed.filter(({ cause }) => !Cause.hasInterruptsOnly(cause))
    return Effect.forEach(told, ({ cause, task }) => report({ task, group: "quorum", cause, kind: "failure" }), {
      discard: true
    })
  }
}

/**
 * Done when one task has succeeded; gives its value. Fails with `AllFailed` when none can any more.
 *
 * @category joiners
 * @since 0.1.0
 */
export const firstSuccess: Joiner<unknown, AllFailed<unknown>> = {
  begin: () => {
    const first = new Quorum(1)
    return {
      takes: first.takes,
      onExit: (task, exit) => first.onExit(task, exit),
      onLeft: (left) => first.onLeft(left),
      result: Effect.map(first.result, ([value]) => value)
    }
  }
}

/**
 * Done when all tasks have ended, however; gives their exits in the order in which they were joined. Never fails.
 *
 * @category joiners
 * @since 0.1.0
 */
export const settled: Joiner<ReadonlyArray<Exit.Exit<unknown, unknown>>, never> = {
  begin: () => {
    const exits = new Map<number, Exit.Exit<unknown, unknown>>()
    return {
      takes: "all",
      onExit: (task, exit) => {
        exits.set(task.id, exit)
        return "continue"
      },
      result: Effect.sync(() => inOrder(exits))
    }
  }
}

/**
 * Done when `stop` says so of an exit, or all have ended; gives the exits so far, in the order in which they came.
 *
 * @category joiners
 * @since 0.1.0
 */
export const until = (
  stop: (exit: Exit.Exit<unknown, unknown>) => boolean
): Joiner<ReadonlyArray<Exit.Exit<unknown, unknown>>, never> => ({
  begin: () => {
    const exits: Array<Exit.Exit<unknown, unknown>> = []
    let over = false
    return {
      takes: "all",
      onExit: (_task, exit) => {
        if (!over) exits.push(exit)
        over ||= stop(exit)
        return over ? "stop" : "continue"
      },
      result: Effect.sync(() => exits)
    }
  }
})

/**
 * A joiner of your own: `onExit` sees every exit, defects too, and says whether to go on; `result` is what the group
 * gives in the end. What it remembers is yours: make a new one for each run.
 *
 * @category joiners
 * @since 0.1.0
 */
export const make = <T, F>(joiner: {
  readonly onExit: (task: Task<unknown, unknown>, exit: Exit.Exit<unknown, unknown>) => "continue" | "stop"
  readonly result: Effect.Effect<T, F>
}): Joiner<T, F> => ({
  begin: () => ({ takes: "all", onExit: joiner.onExit, result: joiner.result })
})
