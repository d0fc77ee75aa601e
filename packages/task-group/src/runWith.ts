import { type Body, type BodyE, type BodyR, runBody } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type { ErrorsOf, NoScope, Without } from "./children.ts"
import { GroupHandle } from "./internal/GroupHandle.ts"
import { runBodyOf } from "./internal/GroupRegion.ts"
import { regionFrom } from "./internal/regionFrom.ts"
import { spawnFor } from "./internal/spawning.ts"
import { Tally } from "./internal/Tally.ts"
import type { Joiner } from "./Joiners.ts"
import type { Task } from "./Task.ts"
import type { Options, TaskGroup } from "./TaskGroup.ts"

/**
 * Runs `body` with a fresh task group whose joiner decides when it is done, and with what result. The body starts a task
 * for the joiner with `join(effect)`; what it spawns by `group.spawn` is the group's own, as in `run`.
 *
 * - **Completes when** the joiner has decided, or body and tasks have ended, and everything has cleaned up.
 * - **Fails when** the joiner does, the body does, or a task does whose failure the joiner does not take.
 * - **When cancelled**, all tasks are cancelled at once; their cleanup ends before it returns.
 *
 * After Java's structured concurrency.
 *
 * @example Two of three answers are enough
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.runWith("replicas", TaskGroup.Joiners.quorum(2), function* (_group, join) {
 *   yield* join(Effect.as(Effect.sleep("20 millis"), "b"))
 *   yield* join(Effect.as(Effect.sleep("1 minute"), "c"))
 *   yield* join(Effect.as(Effect.sleep("5 millis"), "a"))
 * })
 * console.log(await Effect.runPromise(program)) // => [ 'a', 'b' ]
 * ```
 *
 * @see run where every task has to succeed
 * @category running
 * @since 0.1.0
 */
export const runWith = <const N extends string, B extends Body, T, F>(
  name: N | Options<N>,
  joiner: Joiner<T, F>,
  body: (
    group: TaskGroup<N>,
    join: <A, E, R>(task: Effect.Effect<A, E, R>) => Effect.Effect<Task<A, E>, never, NoScope<R>>
  ) => B
): Effect.Effect<T, F | BodyE<B> | ErrorsOf<BodyR<B>, N>, NoScope<Without<BodyR<B>, N>>> =>
  Effect.suspend(() => {
    const region = regionFrom(name, undefined)
    const joining = joiner.begin()
    const tally = new Tally(joining, region)
    const join = (task: Effect.Effect<any, any, any>): Effect.Effect<Task<any, any>, never, any> =>
      Effect.suspend(() => {
        tally.joined()
        return spawnFor(region, task, tally)
      })
    const main = Effect.map(runBody(body, new GroupHandle(region) as TaskGroup<any>, join as never), () =>
      tally.endOfBody()
    )
    return Effect.andThen(runBodyOf(region, main), joining.result)
    // Sound: the errors are the joiner's and those that the body's requirements tell of.
  }) as never
