/**
 * Timeouts and deadlines that wait for cleanup and know whose they are.
 *
 * @module
 */
export { after, at } from "./after.ts"
export { DeadlineExceeded } from "./DeadlineExceeded.ts"
export { failAfter, failAt, type Opt } from "./failAfter.ts"
export { failAfterWith } from "./failAfterWith.ts"
export { fromHeaders, toHeaders } from "./headers.ts"
export { hedge } from "./hedge.ts"
export { idle } from "./idle.ts"
export { moveOnAfter, moveOnAt } from "./moveOnAfter.ts"
export { remaining } from "./remaining.ts"
export { type RetryOptions, retryWithin } from "./retryWithin.ts"
export { type Timer, withTimer } from "./Timer.ts"
