import * as CancelScope from "@ferrule/cancel-scope"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Joiner } from "./Joiners.ts"
import type { Tasks } from "./lists.ts"
import { runWith } from "./runWith.ts"
import type { AnyEffect, NoScope } from "./children.ts"

/**
 * What `settleWithin` gives for an effect that had not ended in time: why it was cancelled.
 *
 * @category models
 * @since 0.1.0
 */
export type Late = { readonly _tag: "Late"; readonly trace: CancelScope.CancelTrace }

type Settled = Record<string, Exit.Exit<unknown, unknown> | Late>

/** Keeps the exit of each task under its key as it ends, the release of its resources included. */
const keeping = (keys: ReadonlyArray<string>, exits: Settled): Joiner<void, never> => ({
  begin: () => ({
    takes: "all",
    onExit: (task, exit) => {
      // Sound: nothing is spawned beside the joined tasks, which are numbered from 1 in the order of the keys.
      exits[keys[task.id - 1]!] = exit
      return "continue"
    },
    result: Effect.void
  })
})

const keepExits = (tasks: Tasks, exits: Settled): Effect.Effect<void, never, any> =>
  // Sound: the joiner takes every failure.
  runWith("settle", keeping(Object.keys(tasks), exits), function* (_group, join) {
    for (const task of Object.values<AnyEffect>(tasks as Readonly<Record<string, AnyEffect>>)) yield* join(task)
  }) as Effect.Effect<void, never, any>

const shapeOf = (tasks: Tasks): Settled => (Array.isArray(tasks) ? [] : {}) as unknown as Settled

/**
 * Runs all effects at once, each as a task, and gives how each of them ended, in the shape that the effects came in.
 *
 * - **Completes when** all have ended. Never fails: failures and defects are in the exits.
 * - **When cancelled**, all are; their cleanup ends before it returns.
 *
 * @example One of two fails
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.settle({ a: Effect.succeed(1), b: Effect.fail("no") })
 * const { a, b } = await Effect.runPromise(program)
 * console.log(a._tag, b._tag) // => Success Failure
 * ```
 *
 * @see settleWithin to have what there is by a deadline
 * @category lists
 * @since 0.1.0
 */
export const settle = <const T extends Tasks>(
  tasks: T
): Effect.Effect<
  { -readonly [K in keyof T]: Exit.Exit<Effect.Success<T[K]>, Effect.Error<T[K]>> },
  never,
  NoScope<Effect.Services<T[keyof T]>>
> =>
  Effect.suspend(() => {
    const exits = shapeOf(tasks)
    return Effect.as(keepExits(tasks, exits), exits)
    // Sound: under every key is the exit of the effect under that key once all have ended.
  }) as never

/**
 * As `settle`, but gives what there is after `within`: what has not ended then is cancelled, cleans up, and is `Late`.
 *
 * - **Completes when** all have ended, or `within` has passed and the rest has cleaned up.
 * - **Fails when** never; a cleanup that dies is the exit of its effect.
 * - **When cancelled**, all are; their cleanup ends before it returns.
 * - **Dies when** `within` is NaN or cannot be read. A negative one is 0.
 *
 * @example A page that does not wait for its slowest part
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.settleWithin({ user: Effect.succeed("Ada"), ads: Effect.never }, "200 millis")
 * const { ads, user } = await Effect.runPromise(program)
 * console.log(TaskGroup.valueOr("nobody")(user), ads._tag) // => Ada Late
 * ```
 *
 * @see valueOr
 * @category lists
 * @since 0.1.0
 */
export const settleWithin = <const T extends Tasks>(
  tasks: T,
  within: Duration.Input
): Effect.Effect<
  { -readonly [K in keyof T]: Exit.Exit<Effect.Success<T[K]>, Effect.Error<T[K]>> | Late },
  never,
  NoScope<Effect.Services<T[keyof T]>>
> =>
  Effect.suspend(() => {
    const exits = shapeOf(tasks)
    const scope = CancelScope.run({ name: "settleWithin", timeout: within }, () => keepExits(tasks, exits))
    return Effect.map(scope, (outcome) => {
      if (outcome._tag === "Completed") return exits
      for (const key of Object.keys(tasks)) {
        const exit = exits[key]
        const cut = exit === undefined || (Exit.isExit(exit) && Exit.isFailure(exit) && Exit.hasInterrupts(exit))
        if (cut && !hasFailures(exit)) exits[key] = { _tag: "Late", trace: outcome.trace }
      }
      return exits
    })
    // Sound: under every key is the exit of the effect under that key, or why it has none.
  }) as never

const hasFailures = (exit: Exit.Exit<unknown, unknown> | Late | undefined): boolean =>
  exit !== undefined && Exit.isExit(exit) && Exit.isFailure(exit) && CancelScope.failures(exit.cause).length > 0

/**
 * The value of what has succeeded, or the fallback: for what `settle` and `settleWithin` give.
 *
 * @example With a fallback
 * ```ts
 * import { Exit } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * console.log([Exit.succeed(1), Exit.fail("no")].map(TaskGroup.valueOr(0))) // => [ 1, 0 ]
 * ```
 *
 * @category lists
 * @since 0.1.0
 */
export const valueOr =
  <B>(fallback: B) =>
  <A, E>(settled: Exit.Exit<A, E> | Late): A | B =>
    settled._tag === "Success" ? settled.value : fallback
