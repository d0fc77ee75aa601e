import type { Observer } from "@ferrule/runtime"
import type { Snapshot } from "./Snapshot.ts"
import type { Timeline } from "./Timeline.ts"

/**
 * Watches a program: who is there, who waits for what, who was cancelled and has not stopped.
 *
 * @category models
 * @since 0.1.0
 */
export interface Inspector extends Observer {
  /** Takes a snapshot, in one step. It takes time and memory in proportion to what is there. */
  snapshot(): Snapshot
  /** What happened after the event of that number; without one, all that is kept. */
  timeline(after?: number): Timeline
}
