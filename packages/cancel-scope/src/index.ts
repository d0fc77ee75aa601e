/**
 * Regions of code that can be cancelled, with a reason.
 *
 * @module
 */
export { checkpoint, effectiveDeadline, trace } from "./ambient.ts"
export { type CancelScope, enter, make, type Options, run } from "./CancelScope.ts"
export { after, now } from "./now.ts"
export { getOrElse, type Outcome } from "./Outcome.ts"
export { shield, shieldFor } from "./shield.ts"
export { type CancelReason, type CancelTrace, type Failure, failures } from "@ferrule/runtime"
