import type * as V from "vitest"
import type { CancelOptions } from "../cancelEverywhere.ts"
import type { ExploreOptions } from "../explore.ts"
import type { LeakOptions } from "../leavesNothing.ts"
import type * as VirtualClock from "../VirtualClock.ts"

/**
 * How to run a test on virtual time.
 *
 * @category models
 * @since 0.1.0
 */
export interface VirtualTestOptions extends Omit<V.TestOptions, "only">, VirtualClock.Options, LeakOptions {
  /**
   * Whose turn it is of those that are ready.
   *
   * - `arrival`, if not given: first come, first served. The seed decides Effect's `Random` only.
   * - `seeded`: in a random order, which the seed decides, too.
   */
  readonly order?: "arrival" | "seeded" | undefined
  /** Nothing if not given. */
  readonly mayLeave?: LeakOptions["mayLeave"]
}

/**
 * How to run a test on the real clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface LiveTestOptions extends Omit<V.TestOptions, "only">, LeakOptions {
  /** Decides Effect's `Random`. */
  readonly seed?: number | undefined
  /** Nothing if not given. */
  readonly mayLeave?: LeakOptions["mayLeave"]
}

/**
 * How to run a test under many schedules.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExploreTestOptions extends Omit<V.TestOptions, "only">, ExploreOptions {
  /** The token of a schedule that has failed: this one is run, and no other. */
  readonly replay?: string | undefined
}

/**
 * How to run a test cancelled at every step.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelTestOptions<World = undefined, E = never, R = never>
  extends Omit<V.TestOptions, "only">, CancelOptions<World, E, R> {}

const known = ["timeout", "retry", "repeats", "concurrent", "skip", "todo", "fails", "tags", "meta"] as const

/** What of the options is for vitest. A number is its timeout, as in vitest's own `it`. */
export const forVitest = (options: number | Pick<V.TestOptions, (typeof known)[number]> | undefined): V.TestOptions => {
  if (typeof options !== "object") return options === undefined ? {} : { timeout: options }
  return Object.fromEntries(known.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])))
}

/** What of them is for the run. */
export const forRun = <Options>(options: number | Options | undefined): Partial<Options> =>
  typeof options === "object" ? options : {}
