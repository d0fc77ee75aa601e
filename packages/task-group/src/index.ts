/**
 * Task groups: tasks that nobody can leave behind.
 *
 * @module
 */
export { AllFailed } from "./AllFailed.ts"
export {
  type AnyEffect,
  type Children,
  type ErrorsOf,
  type Mine,
  type NoScope,
  type Spawns,
  type Without
} from "./children.ts"
export { firstSuccess, type FirstOptions } from "./firstSuccess.ts"
export { forEach } from "./forEach.ts"
export * as Joiners from "./Joiners.ts"
export { type Joiner, type Joining } from "./Joiners.ts"
export { all, type Tasks } from "./lists.ts"
export { mapStream } from "./mapStream.ts"
export { firstSettled, quorum } from "./races.ts"
export { type Ready, ready } from "./ready.ts"
export { type Restart } from "./restart.ts"
export { runWith } from "./runWith.ts"
export { type Late, settle, settleWithin, valueOr } from "./settle.ts"
export { type Source } from "./Source.ts"
export { supervised } from "./supervised.ts"
export { type Status, type Task, TaskCancelled } from "./Task.ts"
export { type Options, run, type SpawnOptions, type TaskGroup } from "./TaskGroup.ts"
export { workList } from "./workList.ts"
