import { operation, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type { MutexState } from "./internal/MutexState.ts"
import { NotifyLine } from "./internal/NotifyLine.ts"
import type { Mutex } from "./Mutex.ts"

/**
 * Lets tasks wait inside a mutex until what it guards has changed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Condition {
  /**
   * Leaves the mutex, waits to be notified, and is in again when it goes on. Others may have come in between: look at
   * what it waits for in a loop, `while (queue.length === 0) yield* changed.wait`.
   *
   * - **Completes when** it was notified and has the mutex. Those notified first come in first.
   * - **Dies when** the code is not in the mutex.
   * - **When cancelled**, it is in the mutex again before the cleanup around it runs. Cancel safety: nothing is lost. A
   *   notification that it got and cannot use goes to the next that waits.
   */
  readonly wait: Effect.Effect<void>
  /**
   * Notifies so many of those who wait, one if nothing is said, first come first. They go on one after the other, when the
   * mutex is free. Nobody need be in the mutex for it, and one who comes to wait later is not notified.
   *
   * - **Completes when** called, at once.
   * - **Dies when** `n` is no whole number from 0 on.
   */
  readonly notify: (n?: number) => Effect.Effect<void>
  /** As `notify`, all that wait. */
  readonly notifyAll: Effect.Effect<void>
}

/**
 * How a condition is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConditionOptions {
  /** In messages and reports. */
  readonly name?: string
}

/**
 * Makes a condition of what a mutex guards.
 *
 * - **Completes when** called, at once.
 *
 * @example Wait until there is enough
 * ```ts
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("bank", function* (group) {
 *   const mutex = yield* Sync.mutex
 *   const grown = yield* Sync.condition(mutex)
 *   let balance = 0
 *   const pay = (amount: number) =>
 *     Effect.gen(function* () {
 *       while (balance < amount) yield* grown.wait
 *       balance -= amount
 *       return `paid ${amount}, ${balance} left`
 *     }).pipe(mutex)
 *   const paid = yield* group.spawn(pay(25))
 *   for (const amount of [10, 20]) {
 *     yield* mutex(Effect.sync(() => (balance += amount)))
 *     yield* grown.notify()
 *   }
 *   return yield* paid.join
 * })
 * console.log(await Effect.runPromise(program)) // => paid 25, 5 left
 * ```
 *
 * @see event for what happens once
 * @category making
 * @since 0.1.0
 */
export const condition = (mutex: Mutex, options: ConditionOptions = {}): Effect.Effect<Condition> =>
  Effect.withFiber((fiber) => {
    // Sound: nothing else makes a `Mutex`.
    const state = mutex["~ferrule/sync/Mutex"] as MutexState
    return Effect.succeed(new MutexCondition(new NotifyLine(fiber, state, options.name)))
  })

class MutexCondition implements Condition {
  private readonly line: NotifyLine

  constructor(line: NotifyLine) {
    this.line = line
  }

  get wait(): Effect.Effect<void> {
    return Effect.withFiber((fiber) => (tellFirst(fiber) ? this.wait : this.line.wait(fiber)))
  }

  readonly notify = (n = 1): Effect.Effect<void> =>
    operation(() => {
      if (!Number.isInteger(n) || n < 0) {
        throw new RangeError(
          `cannot notify ${n} of those who wait. Pass a whole number from 0 on, or use \`notifyAll\`.`
        )
      }
      this.line.notify(n)
      return Effect.void
    })

  get notifyAll(): Effect.Effect<void> {
    return operation(() => {
      this.line.notify(Infinity)
      return Effect.void
    })
  }
}
