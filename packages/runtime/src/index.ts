/**
 * The ground that the packages of Ferrule stand on, and on which further primitives can be built.
 *
 * @module
 */
export { CancelNode, effectiveDeadlineOf, mark, pathOf, TraceAnnotation } from "./CancelNode.ts"
export { type CancelReason, type CancelTrace, reasonFrom } from "./CancelReason.ts"
export { askerOf, cancelNode, cancelNodeNow, traceOf } from "./cancelling.ts"
export { CurrentNode, currentNode, operation, tellFirst } from "./currentNode.ts"
export { type Wakeable, WakeQueue, wakeQueueOf } from "./WakeQueue.ts"
