/**
 * Semaphore, mutex, event, condition and barrier. Strictly first come, first served, and nothing is lost to a cancel.
 *
 * @module
 */
export { acquiring } from "./acquiring.ts"
export { type Barrier, barrier } from "./Barrier.ts"
export { type Condition, condition } from "./Condition.ts"
export { type Event, event } from "./Event.ts"
export { type Mutex, mutex } from "./Mutex.ts"
export { type Permits, type Semaphore, semaphore, type SemaphoreStatistics } from "./Semaphore.ts"
