import type { NodeKind } from "./Snapshot.ts"

/**
 * What happened to a node.
 *
 * - `started`: it began. `kind`, `name` and `parent` say who it is.
 * - `waits`: it waits; `on` says for what. `goesOn`: it waits no more.
 * - `cancelled`: it was marked as cancelled; `on` is the tag of the reason, or its message.
 * - `ended`: it has ended, its cleanup included; `on` is `"failed"` for a task that ended with a failure.
 *
 * @category models
 * @since 0.1.0
 */
export type EventKind = "started" | "waits" | "goesOn" | "cancelled" | "ended"

/**
 * One thing that happened, as plain data.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimelineEvent {
  /** Events are counted from 1 on. */
  readonly number: number
  /** In milliseconds since 1970, with a fraction. Up to 64 events of one go of the event loop have the same time. */
  readonly at: number
  readonly what: EventKind
  /** The number of the node. */
  readonly id: number
  readonly kind?: NodeKind
  readonly name?: string
  readonly parent?: number
  readonly on?: string
}

/**
 * What happened of late, oldest first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Timeline {
  readonly events: ReadonlyArray<TimelineEvent>
  /** The number of the newest event that there is: ask for what came after it the next time. */
  readonly last: number
  /** How many of those asked for are not kept any more. */
  readonly lost: number
}
