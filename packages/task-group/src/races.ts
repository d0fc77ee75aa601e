import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { AnyEffect, NoScope } from "./children.ts"
import type { AllFailed } from "./AllFailed.ts"
import { type Joiner, quorum as quorumOf } from "./Joiners.ts"
import { runWith } from "./runWith.ts"

const joinAll = <T, F>(name: string, joiner: Joiner<T, F>, tasks: ReadonlyArray<AnyEffect>): Effect.Effect<T, F, any> =>
  // Sound: nothing is spawned beside the joined tasks, and the body cannot fail.
  runWith(name, joiner, function* (_group, join) {
    for (const task of tasks) yield* join(task)
  }) as Effect.Effect<T, F, any>

const someOf = <X>(tasks: Iterable<X>, atLeast: number, call: string): ReadonlyArray<X> => {
  const list = Array.from(tasks)
  if (list.length >= atLeast) return list
  throw new RangeError(`TaskGroup.${call} got ${list.length} effects and needs ${atLeast}: it could never end well.`)
}

/** The first exit is the result. A later failure has nobody to go to but the failure hook. */
const first: Joiner<unknown, unknown> = {
  begin: () => {
    let exit: Exit.Exit<unknown, unknown> | undefined
    return {
      takes: "errors",
      onExit: (_task, ended) => {
        exit ??= ended
        return "stop"
      },
      result: Effect.suspend(() => exit!)
    }
  }
}

/**
 * Runs effects at once and ends as the first of them that ends, well or badly: as `Promise.race` does, but the others
 * are cancelled. (Effect calls it `raceFirst`.)
 *
 * - **Completes when** the first has succeeded and the others have cleaned up. Of several that are ready at once the
 *   first listed counts.
 * - **Fails when** the first to end has failed; or a cleanup dies.
 * - **When cancelled**, all are; their cleanup ends before it returns.
 * - **Dies when** the list is empty.
 *
 * @example Whoever ends first
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.firstSettled([Effect.as(Effect.sleep("1 minute"), "slow"), Effect.fail("broken")])
 * console.log(await Effect.runPromise(Effect.flip(program))) // => broken
 * ```
 *
 * @see firstSuccess which goes on past failures
 * @category races
 * @since 0.1.0
 */
export const firstSettled = <X extends AnyEffect>(
  tasks: Iterable<X>
): Effect.Effect<Effect.Success<X>, Effect.Error<X>, NoScope<Effect.Services<X>>> =>
  Effect.suspend(() => joinAll("firstSettled", first, someOf(tasks, 1, "firstSettled"))) as never

/**
 * Runs effects at once until `k` of them have succeeded, and gives their values in the order in which they came.
 *
 * - **Completes when** `k` have succeeded and the others, which are cancelled, have cleaned up. Failures up to then go
 *   to the failure hook.
 * - **Fails when** too few are left: `AllFailed`, with every error, in time order. A defect ends it with that defect.
 * - **When cancelled**, all are; their cleanup ends before it returns.
 * - **Dies when** `k` is no whole number from 1 to the length of the list.
 *
 * @example Two of three
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.quorum([Effect.succeed("a"), Effect.never, Effect.as(Effect.sleep("5 millis"), "c")], 2)
 * console.log(await Effect.runPromise(program)) // => [ 'a', 'c' ]
 * ```
 *
 * @see Joiners.quorum for a group that finds its tasks as it goes
 * @category races
 * @since 0.1.0
 */
export const quorum = <X extends AnyEffect>(
  tasks: Iterable<X>,
  k: number
): Effect.Effect<ReadonlyArray<Effect.Success<X>>, AllFailed<Effect.Error<X>>, NoScope<Effect.Services<X>>> =>
  Effect.suspend(() => joinAll("quorum", quorumOf(k), someOf(tasks, k, "quorum"))) as never
