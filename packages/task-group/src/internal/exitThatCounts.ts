import { causeOf, failuresIn } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { TaskNode } from "./TaskNode.ts"

/** The exit of a task whose code has ended with `exit`, with the failures of its resources. */
export const exitThatCounts = (task: TaskNode, exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> => {
  const { cleanup } = task
  if (cleanup === undefined && (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause))) return exit
  const own = Exit.isSuccess(exit) ? [] : failuresIn(exit.cause, task.name)
  const all = cleanup === undefined ? own : [...own, ...failuresIn(cleanup, task.name)]
  // A task that was cancelled and failed has failed: nobody who gets its exit is to be taken for cancelled.
  if (all.length > 0) return Exit.failCause(causeOf(all))
  // Cut short, but nothing failed: it was cancelled, maybe in its cleanup too.
  return Exit.isFailure(exit) || cleanup === undefined ? exit : Exit.failCause(cleanup)
}
