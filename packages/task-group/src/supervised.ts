import { type Body, type BodyA, type BodyE, type BodyR, report } from "@ferrule/runtime"
import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ErrorsOf, NoScope, Without } from "./children.ts"
import type { OnFailure } from "./internal/GroupRegion.ts"
import type { Task } from "./Task.ts"
import { type Options, runGroup, type TaskGroup } from "./TaskGroup.ts"

/**
 * Runs `body` with a fresh task group in which a failing task stops nobody.
 *
 * - **Completes when** the body and all tasks have ended, with the body's value.
 * - **Fails when** the body fails: the tasks are cancelled and awaited first. A task's failure goes to `onFailure`, as
 *   the task's last act, which a cancel does not cut short: it has to end; without one to the failure hook, which logs it.
 * - **When cancelled**, all tasks are cancelled at once; their cleanup ends before it returns.
 *
 * @example A server that outlives a bad request
 * ```ts
 * import { Cause, Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.supervised(
 *   "server",
 *   function* (group) {
 *     yield* group.spawn(Effect.fail("bad request"), "client-1")
 *     yield* group.spawn(Effect.sync(() => console.log("served client-2")), "client-2")
 *   },
 *   (cause, task) => Effect.sync(() => console.log(task.name, Cause.squash(cause)))
 * )
 * await Effect.runPromise(program)
 * // => client-1 bad request
 * // => served client-2
 * ```
 *
 * @see run where a failing task cancels the others
 * @category running
 * @since 0.1.0
 */
export const supervised = <const N extends string, B extends Body, R3 = never>(
  name: N | Options<N>,
  body: (group: TaskGroup<N>) => B,
  onFailure?: (
    cause: Cause.Cause<ErrorsOf<BodyR<B>, N>>,
    task: Task<unknown, unknown>
  ) => Effect.Effect<unknown, never, R3>
): Effect.Effect<BodyA<B>, BodyE<B>, NoScope<Without<BodyR<B>, N>> | R3> => {
  const group = typeof name === "string" ? name : name.name
  const toHook: OnFailure = (cause, task) => report({ task: task.name, group, cause, kind: "failure" })
  if (onFailure === undefined) return runGroup(name, body, toHook)
  return Effect.contextWith((services: Context.Context<R3>) =>
    runGroup(name, body, (cause, task) =>
      Effect.suspend(() => onFailure(cause, task)).pipe(
        // The hook runs in the task's fiber, whose context is the spawner's: what is missing there comes from here.
        Effect.updateContext((own: Context.Context<never>) => Context.merge(services, own)),
        // A hook that dies must not take the failure with it that it was told of.
        Effect.catchCause((died) =>
          Effect.andThen(
            report({ task: task.name, group, cause: died, kind: "defect" }),
            report({ task: task.name, group, cause, kind: "failure" })
          )
        )
      )
    )
  )
}
