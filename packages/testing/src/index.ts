/**
 * Tests of concurrent programs: a virtual clock, a search for schedules that fail, and a check that nothing is left behind.
 *
 * @module
 */
export { BrokenByCancel } from "./BrokenByCancel.ts"
export { cancelEverywhere, type CancelledEverywhere, type CancelOptions } from "./cancelEverywhere.ts"
export { type CancelPoint } from "./CancelPoint.ts"
export { Deadlock } from "./Deadlock.ts"
export { Escaped } from "./Escaped.ts"
export { explore, type Explored, type ExploreOptions } from "./explore.ts"
export { FailingSchedule, type Step } from "./FailingSchedule.ts"
export { type FiberInfo } from "./FiberInfo.ts"
export { type LeakOptions, leavesNothing } from "./leavesNothing.ts"
export { LeftBehind } from "./LeftBehind.ts"
export { type LeftKind, type Leftover } from "./Leftover.ts"
export { Livelock } from "./Livelock.ts"
export { type Problem } from "./Problem.ts"
export { type Program } from "./Program.ts"
export { replay } from "./replay.ts"
export { StaleToken } from "./StaleToken.ts"
export { Unfinished } from "./Unfinished.ts"
export * as VirtualClock from "./VirtualClock.ts"
export { type WaitsInCircle } from "./WaitsInCircle.ts"
