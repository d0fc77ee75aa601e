/**
 * Tests of concurrent programs: a virtual clock, and a check that nothing is left behind.
 *
 * @module
 */
export { BrokenByCancel } from "./BrokenByCancel.ts"
export { cancelEverywhere, type CancelledEverywhere, type CancelOptions } from "./cancelEverywhere.ts"
export { type CancelPoint } from "./CancelPoint.ts"
export { Deadlock } from "./Deadlock.ts"
export { type FiberInfo } from "./FiberInfo.ts"
export { leavesNothing } from "./leavesNothing.ts"
export { LeftBehind } from "./LeftBehind.ts"
export { Livelock } from "./Livelock.ts"
export { type Problem } from "./Problem.ts"
export { Unfinished } from "./Unfinished.ts"
export * as VirtualClock from "./VirtualClock.ts"
