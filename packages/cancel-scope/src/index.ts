/**
 * Regions of code that can be cancelled, with a reason.
 *
 * @module
 */
export {
  after,
  type CancelScope,
  checkpoint,
  effectiveDeadline,
  enter,
  make,
  now,
  type Options,
  run,
  shield,
  trace
} from "./CancelScope.ts"
export { getOrElse, type Outcome } from "./Outcome.ts"
export { type CancelReason, type CancelTrace, type Failure, failures } from "@ferrule/runtime"
