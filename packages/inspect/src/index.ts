/**
 * A look into a running program: the tree of its tasks, what each waits for, and what looks wrong.
 *
 * @module
 */
export { CannotListen } from "./CannotListen.ts"
export {
  type CircleStep,
  type DeadlockFound,
  type Finding,
  type LaggardFound,
  type OrphanedWaitFound
} from "./Finding.ts"
export { type Inspector, type InspectorOptions, make } from "./Inspector.ts"
export { layer, type LayerOptions } from "./layer.ts"
export { serve, type Served, type ServeOptions } from "./serve.ts"
export {
  type CancelInfo,
  type NodeInfo,
  type NodeKind,
  type NodeState,
  type ResourceInfo,
  type Snapshot,
  type WaitInfo
} from "./Snapshot.ts"
export { type EventKind, type Timeline, type TimelineEvent } from "./Timeline.ts"
export { type TextOptions, toText } from "./toText.ts"
export { why } from "./why.ts"
