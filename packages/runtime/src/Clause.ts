import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { Slot } from "./Selection.ts"
import type { WaitedFor } from "./Waiter.ts"

/**
 * What a clause answers when it is asked whether it can commit.
 *
 * - `ready`: `commit` would succeed in this very step.
 * - `failed`: `commit` would give a failure in this very step.
 * - `waiting`: not now, but it may become ready: it can stand in line.
 * - `never`: it cannot become ready any more.
 * - `otherwise`: it commits only when no other clause can.
 *
 * @category models
 * @since 0.1.0
 */
export type Readiness = "ready" | "failed" | "waiting" | "never" | "otherwise"

/**
 * The place a clause has taken for a select that waits.
 *
 * @category models
 * @since 0.1.0
 */
export interface Standing {
  /** Gives the place up. Called once, in one step with the commit of another clause, or when the select is cancelled. */
  withdraw(): void
}

/**
 * One alternative of a select. Any package may make one: it says whether it can commit, commits, or stands in line.
 *
 * A select calls `poll` on every clause in one step. If one is ready it calls that one's `commit` in a step that begins
 * with another `poll`, and which is one with the continuation of the select: what was taken cannot be lost. If none is,
 * it calls `register` on all that may still become ready, again in one step with a `poll`, and from then on whoever
 * fires a clause calls `give`, `fail` or `never` on its slot. The first to do so decides: all others are withdrawn in
 * that step.
 *
 * A clause that hands over something of value passes a `Handover`, and hands nothing to a slot that is `held`: a
 * `WaitLine` sees to that. One that hands over nothing (a timer, an end) may ignore both.
 *
 * @example A clause that fires at a time
 * ```ts
 * import { Effect, Exit } from "effect"
 * import { Channel, Runtime } from "ferrule"
 *
 * const at = (time: number): Runtime.Clause<void> => ({
 *   poll: (fiber) => (Runtime.nowOn(Runtime.clockOf(fiber)) >= time ? "ready" : "waiting"),
 *   commit: () => Exit.void,
 *   register: (slot) => {
 *     const clock = Runtime.clockOf(slot.selection.fiber)
 *     return { withdraw: Runtime.timerOn(clock, time, "sleep", () => slot.give(undefined)) }
 *   }
 * })
 * console.log(await Effect.runPromise(Channel.select({ soon: at(0), late: at(1e12) })))
 * // => { _tag: 'soon', value: undefined }
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Clause<out A, out E = never> {
  /** For a clause that depends on when the select starts, `after` say: gives the clause for this one select. */
  begin?(fiber: Fiber.Fiber<unknown, unknown>): Clause<A, E>
  /** The line it would stand in. Clauses of one select that share one stand there in random order. */
  readonly line?: object
  /** For a clause that receives: commits when there is nothing to receive any more. A loop over a select asks for it. */
  readonly end?: Clause<void, E>
  /** For a clause that commits at an end, and from then on always could: whose end it is. A loop lets it commit once. */
  readonly endOf?: object
  /** For those who watch: what a select that waits for this clause waits for, by kind, `an item of` say. */
  readonly waitsFor?: { readonly kind: string; readonly what: WaitedFor }
  /** Whether it can commit now. Changes nothing. */
  poll(fiber: Fiber.Fiber<unknown, unknown>): Readiness
  /** Commits. Called only in the step in which `poll` said `ready` or `failed`. */
  commit(fiber: Fiber.Fiber<unknown, unknown>): Exit.Exit<A, E>
  /**
   * For a clause whose commit has something to see to afterwards: called in place of `commit`, only in the step in which
   * `poll` said `ready`. It commits when it is called; what it gives runs masked.
   */
  readonly commitMasked?: ((fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<A, E>) | undefined
  /** Stands in line for a select. Called only in the step in which `poll` said `waiting`. */
  register(slot: Slot<A, E>): Standing
}
