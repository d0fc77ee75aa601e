import type { CancelReason, CancelTrace } from "@ferrule/cancel-scope"
import type { Clause } from "@ferrule/runtime"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"

/**
 * How far a task has come.
 *
 * - `queued`: it has not begun: it waits for its turn, or for room in a group with a limit.
 * - `running`, then `cancelling` from the moment a cancel reached it until its cleanup has ended.
 * - `succeeded`, `failed`, `cancelled`: it has ended.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled"

/**
 * A fiber that a group owns, seen through its handle.
 *
 * @category models
 * @since 0.1.0
 */
export interface Task<out A, out E> {
  /** The task's number in its group, from 1. */
  readonly id: number
  readonly name: string
  /**
   * The task's value, or its error. Of a task that was cancelled, the defect `TaskCancelled`: whoever waits is never
   * mistaken for the cancelled one. Nothing is lost when it is cancelled: the task goes on, and can be joined again.
   */
  readonly join: Effect.Effect<A, E>
  /** How the task ended, as a value. */
  readonly await: Effect.Effect<Exit.Exit<A, E>>
  /**
   * The end of the task as a clause of a `select`: ready with the exit as soon as the task has ended. A select cancels
   * nothing, and leaves nothing with the task when another clause won or it was cancelled.
   */
  readonly ended: Clause<Exit.Exit<A, E>>
  readonly status: Effect.Effect<Status>
  /** Asks the task to stop, and does not wait. Its group goes on. A task that has ended stays as it is. */
  cancel(reason?: string | CancelReason): Effect.Effect<void>
  /** Asks the task to stop, and waits until its cleanup has ended. From inside the task itself it is a defect. */
  cancelAndWait(reason?: string | CancelReason): Effect.Effect<void>
}

/**
 * The defect of joining a task that was cancelled. It names the task and carries the trace of the cancel; use `await`
 * where tasks get cancelled.
 *
 * @category errors
 * @since 0.1.0
 */
export class TaskCancelled extends Data.TaggedError("TaskCancelled")<{
  readonly task: string
  readonly trace: CancelTrace
}> {
  override get message(): string {
    const { reason } = this.trace
    const why = reason._tag === "Requested" && reason.message !== undefined ? `"${reason.message}"` : reason._tag
    return `cannot join the task "${this.task}": it was cancelled (${why}). Use task.await where tasks get cancelled.`
  }
}
