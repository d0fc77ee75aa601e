/**
 * Timeouts and deadlines that wait for cleanup and know whose they are.
 *
 * @module
 */
export { after, at } from "./after.ts"
export { DeadlineExceeded } from "./DeadlineExceeded.ts"
export { failAfter, failAt, type Opt } from "./failAfter.ts"
export { moveOnAfter, moveOnAt } from "./moveOnAfter.ts"
export { remaining } from "./remaining.ts"
