import type { Clause } from "@ferrule/runtime"
import type { Permits, Semaphore } from "./Semaphore.ts"

/**
 * A clause of a select that commits by taking `n` permits, one if nothing is said. They are yours to `release`.
 *
 * - **Dies when** `n` is negative or fractional, or more than the semaphore ever had.
 *
 * Cancel safety: nothing is lost. Permits that a select was given and does not have yet go to the next in line; where the
 * select commits to another clause nobody stands in line for it any more.
 *
 * @example A place within a time
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, Sync, Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const seats = yield* Sync.semaphore(1)
 *   yield* seats.tryAcquire()
 *   return yield* Channel.select({ seat: Sync.acquiring(seats), late: Timeout.after("5 millis") })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => late
 * ```
 *
 * @see Semaphore
 * @category clauses
 * @since 0.1.0
 */
export const acquiring = (semaphore: Semaphore, n = 1): Clause<Permits> =>
  semaphore["~ferrule/sync/Semaphore"].acquiring(n)
