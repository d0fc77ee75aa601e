import type { Deadlock } from "./Deadlock.ts"
import type { LeftBehind } from "./LeftBehind.ts"
import type { Livelock } from "./Livelock.ts"
import type { Unfinished } from "./Unfinished.ts"

/**
 * What can be wrong with a program that runs on virtual time, whatever its own result is.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = Deadlock | Livelock | Unfinished | LeftBehind
