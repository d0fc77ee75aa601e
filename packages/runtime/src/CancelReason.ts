import type * as Cause from "effect/Cause"

/**
 * Why a cancel was asked for.
 *
 * - `Requested`: somebody called `cancel`, or interrupted the fiber from outside (then without a message).
 * - `DeadlinePassed`: the scope's deadline, in milliseconds on the monotonic clock.
 * - `TaskFailed`: a task, or the body, of the group failed; it says which one and with what.
 * - `GroupClosed`: the group no longer needs the task, for example the losers of a race.
 * - `Aborted`: a linked `AbortSignal` was aborted; `reason` is the signal's.
 * - `ScopeEnded`: only on an `AbortSignal` handed out: the scope ended and nobody cancelled it.
 *
 * @category models
 * @since 0.1.0
 */
export type CancelReason =
  | { readonly _tag: "Requested"; readonly message?: string }
  | { readonly _tag: "DeadlinePassed"; readonly deadline: number }
  | { readonly _tag: "TaskFailed"; readonly task: string; readonly cause: Cause.Cause<unknown> }
  | { readonly _tag: "GroupClosed"; readonly group: string }
  | { readonly _tag: "Aborted"; readonly reason: unknown }
  | { readonly _tag: "ScopeEnded" }

/**
 * A reason, and where it came from: which scope was asked, by which path it is reached from the outermost one, when
 * (milliseconds on the monotonic clock), and which task asked.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelTrace {
  readonly scope: string
  readonly path: ReadonlyArray<string>
  readonly reason: CancelReason
  readonly at: number
  readonly by?: string
}

/**
 * Turns what a caller may pass as a reason (nothing, a message, a whole reason) into a reason.
 *
 * @category building
 * @since 0.1.0
 */
export const reasonFrom = (input: string | CancelReason | undefined): CancelReason =>
  input === undefined
    ? { _tag: "Requested" }
    : typeof input === "string"
      ? { _tag: "Requested", message: input }
      : input
