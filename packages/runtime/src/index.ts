/**
 * The ground that the packages of Ferrule stand on, and on which further primitives can be built.
 *
 * @module
 */
export { goesOnAtOnce } from "./atOnce.ts"
export { type Body, type BodyA, type BodyE, type BodyEffect, type BodyR, runBody, stepsOf } from "./Body.ts"
export {
  CancelNode,
  effectiveDeadlineOf,
  isInside,
  mark,
  nameInGroup,
  type NodeKind,
  pathOf,
  taskNameOf,
  TraceAnnotation
} from "./CancelNode.ts"
export { type CancelReason, type CancelTrace, reasonFrom } from "./CancelReason.ts"
export { askerOf, cancelBelow, cancelNode, cancelNodeNow, traceOf } from "./cancelling.ts"
export { CleanupLimit } from "./CleanupLimit.ts"
export { CleanupTimedOut, leftBehind } from "./CleanupTimedOut.ts"
export { type Clause, type Readiness, type Standing } from "./Clause.ts"
export { CurrentNode, currentNode, operation, tellFirst } from "./currentNode.ts"
export { setDeadline } from "./Deadlines.ts"
export {
  causeOf,
  failAs,
  type Failure,
  failures,
  failuresIn,
  failWith,
  missingIn,
  reportAll,
  reportDefects
} from "./failures.ts"
export { failureHook, type Report, report } from "./failureHook.ts"
export { GroupEnded, ScopeReused } from "./misuse.ts"
export { type Finish, interruptedBy, Region, type Restore, runRegion, runRegionMasked } from "./Region.ts"
export {
  type Observer,
  observer,
  observerIn,
  type Resource,
  unwatchTask,
  type WaitTarget,
  Watch,
  watchScope,
  watchTask
} from "./observer.ts"
export { observeProcess } from "./observeProcess.ts"
export { type Figured, OpenResource, openResource } from "./OpenResource.ts"
export { primitive, Step } from "./primitive.ts"
export { type Receivable } from "./Receivable.ts"
export { reportRejections } from "./reportRejections.ts"
export { type Chosen, Selection, Slot } from "./Selection.ts"
export { type Started, startFiber } from "./startFiber.ts"
export { clockOf, instantOf, isRealClock, millisOf, nowOn, type TimerClock, timerOn } from "./time.ts"
export { type Starting, type Wakeable, WakeQueue, wakeQueueOf } from "./WakeQueue.ts"
export { type Handover, inOneStep, retreat, waitAs, type WaitedFor, Waiter, waitHere, waitText } from "./Waiter.ts"
export { type Recipient, Waiters } from "./Waiters.ts"
export { type InLine, Place, WaitLine } from "./waitLine.ts"
