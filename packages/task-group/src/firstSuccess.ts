/**
 * A race for the first value.
 *
 *   open   winner === undefined: the attempts run, or have failed; those are in `lost`.
 *   won    `winner` is set, and stays: later values are discarded.
 */
import { clockOf, millisOf, nowOn } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { AllFailed } from "./AllFailed.ts"
import type { AnyEffect, NoScope } from "./children.ts"
import { Bell } from "./internal/Bell.ts"
import type { Joining } from "./Joiners.ts"
import { runWith } from "./runWith.ts"
import type { Task } from "./Task.ts"

/**
 * How attempts at the same thing are run.
 *
 * @category models
 * @since 0.1.0
 */
export interface FirstOptions<A> {
  /** The next attempt starts that long after the last one, or as soon as that one has failed, instead of all at once. */
  readonly stagger?: Duration.Input
  /**
   * Gets every value that came too late to win, to close it; and the winner, if the race ends without giving it because
   * it was cancelled, or because the cleanup of a loser died. (Not one that an uninterruptible part brings after its
   * attempt was cancelled: Effect drops that before anybody sees it. Nor the winner once the race has ended: a caller
   * that is cancelled before its next operation drops what it was given, as with every effect. `Effect.acquireRelease`
   * around the race closes that gap.)
   */
  readonly discard?: (loser: A) => Effect.Effect<unknown>
}

class Race implements Joining<unknown, AllFailed<unknown>> {
  readonly takes = "errors"
  readonly expectsErrors = true
  private readonly bell = new Bell()
  private readonly errors: Array<unknown> = []
  /** The attempts that have ended without a value, by the number of their task. */
  private readonly lost = new Set<number>()
  private winner: { readonly value: unknown } | undefined = undefined
  private readonly discard: (loser: any) => Effect.Effect<unknown>

  constructor(discard: ((loser: any) => Effect.Effect<unknown>) | undefined) {
    this.discard = discard ?? (() => Effect.void)
  }

  /** What an attempt runs. Masked around it, so that a value which comes too late is discarded to the end. */
  attempt(effect: AnyEffect): AnyEffect {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(effect), (value) => {
        if (this.winner !== undefined) return this.discard(value)
        this.winner = { value }
        return Effect.void
      })
    )
  }

  onExit(task: Task<unknown, unknown>, exit: Exit.Exit<unknown, unknown>): "continue" | "stop" {
    if (Exit.isFailure(exit)) {
      this.lost.add(task.id)
      for (const { error } of exit.cause.reasons.filter(Cause.isFailReason)) this.errors.push(error)
    }
    this.bell.ring()
    return this.won ? "stop" : "continue"
  }

  get won(): boolean {
    return this.winner !== undefined
  }

  /** Until somebody has won, the attempt has failed, or `at` has come. */
  until(task: Task<unknown, unknown>, at: number): Effect.Effect<void> {
    return this.bell.until(() => this.won || this.lost.has(task.id), at)
  }

  /** The winner, too, is closed if nobody is given it: the losers' cleanup can die, and outlast an outer cancel. */
  readonly notGiven = (exit: Exit.Exit<unknown, unknown>): Effect.Effect<unknown> =>
    Exit.isFailure(exit) && this.winner !== undefined ? this.discard(this.winner.value) : Effect.void

  readonly result: Effect.Effect<unknown, AllFailed<unknown>> = Effect.suspend(() => {
    if (this.winner !== undefined) return Effect.succeed(this.winner.value)
    // Every attempt was interrupted, by somebody who knows only its fiber: there is no error to give.
    if (this.errors.length === 0) return Effect.interrupt
    const [first, ...rest] = this.errors
    return Effect.fail(new AllFailed({ errors: [first, ...rest] }))
  })
}

/**
 * Runs attempts at the same thing at once, or staggered, and gives the value of the first that succeeds.
 *
 * - **Completes when** one has succeeded and the others, which are cancelled, have cleaned up.
 * - **Fails when** all have failed: `AllFailed` with every error, in time order. A defect in an attempt, or in the
 *   cleanup of a loser, ends the race with that defect.
 * - **When cancelled**, all attempts are; their cleanup ends before it returns.
 * - **Dies when** the list is empty.
 *
 * With `stagger` these are the happy eyeballs of RFC 8305: a slow first address costs a quarter of a second, not a
 * minute.
 *
 * @example The fastest mirror that works
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const mirrors = [
 *   Effect.fail("refused"),
 *   Effect.as(Effect.sleep("1 minute"), "slow"),
 *   Effect.as(Effect.sleep("5 millis"), "quick")
 * ]
 * console.log(await Effect.runPromise(TaskGroup.firstSuccess(mirrors))) // => quick
 * const error = await Effect.runPromise(Effect.flip(TaskGroup.firstSuccess([Effect.fail("a"), Effect.fail("b")])))
 * console.log(error.message) // => all 2 attempts failed: a; b. See errors for each of them.
 * ```
 *
 * @see all to have every value
 * @category races
 * @since 0.1.0
 */
export const firstSuccess = <X extends AnyEffect>(
  tasks: Iterable<X>,
  options?: FirstOptions<Effect.Success<X>>
): Effect.Effect<Effect.Success<X>, AllFailed<Effect.Error<X>>, NoScope<Effect.Services<X>>> =>
  Effect.withFiber((fiber) => {
    const attempts = Array.from(tasks)
    if (attempts.length === 0) {
      throw new RangeError("TaskGroup.firstSuccess got no attempts: nobody could ever win. Pass at least one.")
    }
    const stagger = options?.stagger === undefined ? 0 : millisOf(options.stagger, "stagger of TaskGroup.firstSuccess")
    const race = new Race(options?.discard)
    const raced = runWith("firstSuccess", { begin: () => race }, function* (_group, join) {
      const last = attempts.length - 1
      for (const [index, attempt] of attempts.entries()) {
        const task = yield* join(race.attempt(attempt))
        if (stagger > 0 && index < last) yield* race.until(task, nowOn(clockOf(fiber)) + stagger)
        if (race.won) return
      }
    })
    return options?.discard === undefined ? raced : Effect.onExit(raced, race.notGiven)
    // Sound: values and errors come from the attempts alone, and so do the requirements.
  }) as never
