import { failuresIn, reportAll } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { TaskNode } from "./TaskNode.ts"

const causeIn = (exit: Exit.Exit<unknown, unknown>): Cause.Cause<unknown> =>
  Exit.isSuccess(exit) ? Cause.empty : exit.cause

/** Hands on what a task that was let go has failed with since. */
export const reportLate = (
  task: TaskNode,
  group: string,
  ...causes: ReadonlyArray<Cause.Cause<unknown>>
): Effect.Effect<void> =>
  Effect.suspend(() => {
    const failed = causes.flatMap((cause) => failuresIn(cause, task.name))
    return reportAll([...(task.unseen ?? []), ...failed], group)
  })

/** The code of a task that was let go has ended after all: its resources are released, and no failure is lost. */
export const endLate = (
  task: TaskNode,
  group: string,
  exit: Exit.Exit<unknown, unknown>,
  resources: Scope.Closeable
): Effect.Effect<void> => {
  const release = Scope.closeUnsafe(resources, exit) ?? Effect.void
  return Effect.flatMap(Effect.exit(release), (released) => reportLate(task, group, causeIn(exit), causeIn(released)))
}
