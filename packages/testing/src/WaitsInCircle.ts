import type { FiberInfo } from "./FiberInfo.ts"

/**
 * One of those that wait in a circle: a task, with what it, or a scope in it, waits for. Without a task around it, the
 * outermost scope, or the fiber.
 *
 * @category models
 * @since 0.1.0
 */
export interface WaitsInCircle extends FiberInfo {
  /** `"a"`, by its name, or `fiber 12`. */
  readonly called: string
  /** What it waits for: `mutex "left"`, `task "b"`. */
  readonly on: string
  /** What it waits for is held by the next one; else it is the next one, or its end. */
  readonly isHeld: boolean
}
