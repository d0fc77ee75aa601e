import type { CancelNode } from "@ferrule/runtime"
import type { Finding } from "./Finding.ts"

/**
 * What a node of the tree is. The attempts of a hedge are tasks; a `"sender"` is the body of `sender.use`.
 *
 * @category models
 * @since 0.1.0
 */
export type NodeKind = CancelNode["kind"]

/**
 * How a node stands.
 *
 * - `running`: nothing of this library holds its code up. It may wait for something else: a timer, a promise, I/O.
 * - `waiting`: its code waits for something of this library; `waitsFor` says for what.
 * - `cancelled`: it was cancelled and has not ended: what runs in it is cleanup, or code that cannot be stopped yet.
 *   What it waits for, if that is known, is in `waitsFor`.
 *
 * @category models
 * @since 0.1.0
 */
export type NodeState = "running" | "waiting" | "cancelled"

/**
 * For what the code of a node waits, and for how long it has.
 *
 * @category models
 * @since 0.1.0
 */
export interface WaitInfo {
  /** In words: `task "b"`, `channel "jobs"`, `room in "main"`. */
  readonly on: string
  /** Milliseconds since it began to wait. */
  readonly for: number
  /** The number of the task that it waits for, where it is one. */
  readonly task?: number
  /** The number of the resource that it waits for, where it is one. */
  readonly resource?: number
  /** The number of the group that it waits for: for its tasks if it is the group itself, else for room in it. */
  readonly group?: number
}

/**
 * Why a node was cancelled: the trace of its cancel as plain data.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelInfo {
  /** The reason's tag: `"Requested"`, `"DeadlinePassed"`, `"TaskFailed"`, `"GroupClosed"`, `"Aborted"`. */
  readonly reason: string
  /** The reason in words: `the deadline passed`, `task "b" failed: no such file`. */
  readonly because: string
  /** The scope, group or task that was asked. */
  readonly scope: string
  /** The names from the outermost scope down to the one that was asked. */
  readonly path: ReadonlyArray<string>
  /** The task or scope that asked, where somebody did. */
  readonly askedBy?: string
  /** Milliseconds since the cancel. */
  readonly ago: number
}

/**
 * A task, group, scope, timeout or shield that has begun and not ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface NodeInfo {
  /** The number of the fiber that it began in: no other node of the process ever has it. */
  readonly id: number
  readonly kind: NodeKind
  readonly name: string
  /** The number of the node around it, which stands before it, or has ended without waiting for it; a root has none. */
  readonly parent?: number
  readonly state: NodeState
  /** Milliseconds since it began; of a task that is old, to a thousandth of that. */
  readonly age: number
  readonly waitsFor?: WaitInfo
  /** Milliseconds until the earliest deadline that reaches it; negative if that is overdue. */
  readonly deadlineLeft?: number
  /** Outer cancels do not reach it. */
  readonly shielded?: true
  /** There if it was cancelled. */
  readonly cancel?: CancelInfo
}

/**
 * Something that is held, filled or left open: a channel, a lock, permits that were taken, a listener.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResourceInfo {
  /** Its number. Resources are counted by themselves, not with nodes. */
  readonly id: number
  /** What it is: `"channel"`, `"semaphore"`, `"permits"`, `"mutex"` … */
  readonly kind: string
  readonly name: string
  /** The number of the node in whose code it was made or taken; the node may have ended. */
  readonly owner?: number
  /** The number of the resource that it is a part of: of the semaphore whose permits it is. */
  readonly of?: number
  /** Milliseconds since it was made or taken. */
  readonly age: number
  /** How it stands: `{ items: 3, capacity: 16 }`. */
  readonly state: Readonly<Record<string, number | string>>
}

/**
 * A running program at one moment, as plain data: `JSON.stringify` keeps all of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number
  /** The number of the process; 0 where there is none. */
  readonly pid: number
  readonly program: string
  /** Outer nodes before inner ones, and those of one parent in the order in which they began. */
  readonly nodes: ReadonlyArray<NodeInfo>
  /** In the order in which they were made. */
  readonly resources: ReadonlyArray<ResourceInfo>
  /** What looks wrong. */
  readonly findings: ReadonlyArray<Finding>
}
