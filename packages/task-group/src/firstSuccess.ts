import { clockOf, millisOf, nowOn } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AnyEffect } from "./children.ts"
import { Bell } from "./internal/Bell.ts"
import { run, type TaskGroup } from "./TaskGroup.ts"

/**
 * The error when every attempt failed: all their errors, in time order.
 *
 * @category errors
 * @since 0.1.0
 */
export class AllFailed<E> extends Data.TaggedError("AllFailed")<{
  readonly errors: readonly [unknown, ...Array<unknown>]
}> {
  declare readonly errors: readonly [E, ...Array<E>]

  override get message(): string {
    return `all ${this.errors.length} attempts failed: ${this.errors.map(String).join("; ")}. See errors for each of them.`
  }
}

/**
 * How attempts at the same thing are run.
 *
 * @category models
 * @since 0.1.0
 */
export interface FirstOptions<A> {
  /** The next attempt starts that long after the last one, or as soon as that one has failed, instead of all at once. */
  readonly stagger?: Duration.Input
  /** Gets every value that came too late to win, to close it. */
  readonly discard?: (loser: A) => Effect.Effect<unknown>
}

class Race {
  readonly bell = new Bell()
  readonly errors: Array<unknown> = []
  readonly failed = new Set<number>()
  winner: { readonly value: unknown } | undefined = undefined
  private readonly discard: (loser: any) => Effect.Effect<unknown>

  constructor(discard: ((loser: any) => Effect.Effect<unknown>) | undefined) {
    this.discard = discard ?? (() => Effect.void)
  }

  attempt(effect: AnyEffect, index: number): AnyEffect {
    return Effect.matchCauseEffect(effect, {
      onSuccess: (value) => {
        if (this.winner !== undefined) return this.discard(value)
        this.winner = { value }
        this.bell.ring()
        return Effect.void
      },
      onFailure: (cause) => {
        // A defect in an attempt ends the race with that defect.
        if (cause.reasons.length === 0 || !cause.reasons.every(Cause.isFailReason)) return Effect.failCause(cause)
        this.errors.push(...cause.reasons.map(({ error }) => error))
        this.failed.add(index)
        this.bell.ring()
        return Effect.void
      }
    })
  }

  /** Until somebody has won, the attempt `index` has failed, or `at` has come. */
  *until(index: number, at: number, fiber: Parameters<typeof clockOf>[0]) {
    while (this.winner === undefined && !this.failed.has(index) && nowOn(clockOf(fiber)) < at) {
      yield* this.bell.wait(at)
    }
  }

  /** Until somebody has won, or all `count` attempts have failed. */
  *settled(count: number) {
    while (this.winner === undefined && this.failed.size < count) yield* this.bell.wait(Infinity)
  }
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
): Effect.Effect<Effect.Success<X>, AllFailed<Effect.Error<X>>, Effect.Services<X>> =>
  Effect.withFiber((fiber) => {
    const attempts = Array.from(tasks)
    if (attempts.length === 0) {
      throw new RangeError("TaskGroup.firstSuccess got no attempts: nobody could ever win. Pass at least one.")
    }
    const stagger = options?.stagger === undefined ? 0 : millisOf(options.stagger, "stagger of TaskGroup.firstSuccess")
    const race = new Race(options?.discard)
    const body = function* (group: TaskGroup<"firstSuccess">) {
      for (const [index, attempt] of attempts.entries()) {
        yield* group.spawn(race.attempt(attempt, index), `firstSuccess/${index}`)
        const last = index === attempts.length - 1
        if (stagger > 0 && !last) yield* race.until(index, nowOn(clockOf(fiber)) + stagger, fiber)
        if (race.winner !== undefined) break
      }
      yield* race.settled(attempts.length)
      if (race.winner === undefined) return
      yield* group.cancelTasks({ _tag: "GroupClosed", group: group.name })
    }
    return Effect.flatMap(run("firstSuccess", body), () =>
      race.winner === undefined
        ? Effect.fail(new AllFailed({ errors: race.errors as [unknown, ...Array<unknown>] }))
        : Effect.succeed(race.winner.value)
    )
    // Sound: values and errors come from the attempts alone, and so do the requirements.
  }) as never
