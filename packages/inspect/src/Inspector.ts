import { type Observer, observer } from "@ferrule/runtime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Watching } from "./internal/Watching.ts"
import type { Snapshot } from "./Snapshot.ts"
import type { Timeline } from "./Timeline.ts"

/**
 * Watches a program: who is there, who waits for what, who was cancelled and has not stopped.
 *
 * @category models
 * @since 0.1.0
 */
export interface Inspector extends Observer {
  /** Takes a snapshot, in one step. It takes time and memory in proportion to what is there. */
  snapshot(): Snapshot
  /** What happened after the event of that number; without one, all that is kept. */
  timeline(after?: number): Timeline
}

/**
 * How a program is watched.
 *
 * @category models
 * @since 0.1.0
 */
export interface InspectorOptions {
  /** What the program is called; `"program"` without it. */
  readonly program?: string
  /** How many events the timeline keeps; 10,000 without it. */
  readonly history?: number
  /** After how many milliseconds one that was cancelled and has not stopped is a laggard; 1,000 without it. */
  readonly laggardAfter?: number
}

/**
 * Makes an inspector. It is an observer: provide it as `Runtime.observer` around what it is to watch, or give it to
 * `Runtime.observeProcess`. All that it is told it passes on to the observer around the place where it is made.
 *
 * - **Completes** at once.
 *
 * It keeps what is needed for a snapshot, and the last events; what has ended is not kept.
 *
 * @example See who waits for whom
 * ```ts
 * import { Effect } from "effect"
 * import { Runtime, TaskGroup } from "ferrule"
 * import * as Inspect from "@ferrule/inspect"
 *
 * const program = Effect.gen(function* () {
 *   const inspector = yield* Inspect.make({ program: "shop" })
 *   const shop = TaskGroup.run("shop", function* (group) {
 *     const order = yield* group.spawn(Effect.sleep("20 millis"), "order")
 *     yield* group.spawn(order.join, "invoice")
 *     yield* Effect.sleep("10 millis")
 *     for (const { kind, name, state } of inspector.snapshot().nodes) console.log(kind, name, state)
 *     console.log(inspector.snapshot().nodes[2]?.waitsFor?.on)
 *   })
 *   yield* Effect.provideService(shop, Runtime.observer, inspector)
 * })
 * await Effect.runPromise(program)
 * // => group shop running
 * // => task order running
 * // => task invoice waiting
 * // => task "order"
 * ```
 *
 * @see toText to show a snapshot
 * @category inspecting
 * @since 0.1.0
 */
export const make = (options: InspectorOptions = {}): Effect.Effect<Inspector> =>
  Effect.gen(function* () {
    const { history = 10_000, laggardAfter = 1000, program = "program" } = options
    if (!Number.isInteger(history) || history < 0) {
      throw new RangeError(`history of Inspect.make is ${history}. Pass a whole number of events, 0 to keep none.`)
    }
    const settings = { program, history, laggardAfter, pid: globalThis.process?.pid ?? 0 }
    return new Watching(settings, yield* Clock.Clock, yield* observer)
  })
