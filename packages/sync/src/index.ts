/**
 * Semaphore, mutex, event, condition and barrier. Strictly first come, first served, and nothing is lost to a cancel.
 *
 * @module
 */
export { acquiring } from "./acquiring.ts"
export { type Barrier, barrier, type BarrierOptions } from "./Barrier.ts"
export { type Condition, condition, type ConditionOptions } from "./Condition.ts"
export { type Event, event, namedEvent } from "./Event.ts"
export { type Mutex, mutex, namedMutex } from "./Mutex.ts"
export {
  type Permits,
  type Semaphore,
  semaphore,
  type SemaphoreOptions,
  type SemaphoreStatistics
} from "./Semaphore.ts"
