import * as Sync from "@ferrule/sync"
import * as Effect from "effect/Effect"
import { limitOf } from "./internal/limitOf.ts"
import type { Limit, LimitOptions } from "./Limit.ts"

/**
 * Makes a limit that lets so many effects run at once.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `n` is no whole number from 0 on, nor Infinity.
 *
 * @example Two queries at a time, whoever asks
 * ```ts
 * import { Effect } from "effect"
 * import { Limit, TaskGroup } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const twoAtOnce = yield* Limit.concurrent(2)
 *   const running = { now: 0, peak: 0 }
 *   const query = Effect.gen(function* () {
 *     running.peak = Math.max(running.peak, ++running.now)
 *     yield* Effect.sleep("1 millis")
 *     running.now--
 *   }).pipe(twoAtOnce)
 *   yield* TaskGroup.all([query, query, query, query])
 *   return running.peak
 * })
 * console.log(await Effect.runPromise(program)) // => 2
 * ```
 *
 * @see rate to limit how often they start, and `TaskGroup.forEach` for one list
 * @category making
 * @since 0.1.0
 */
export const concurrent = (n: number, options: LimitOptions = {}): Effect.Effect<Limit> =>
  Effect.flatMap(
    Effect.suspend(() => Sync.semaphore(limitOf(n, which(options)), { ...options, kind: "limit" })),
    (semaphore) => {
      const one = semaphore.withPermits(1)
      const { statistics } = semaphore
      return Effect.succeed(
        Object.assign(<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => one(self), {
          waiting: Effect.map(statistics, ({ waiting }) => waiting),
          borrowed: Effect.map(statistics, ({ taken }) => taken),
          resize: (n: number) => Effect.suspend(() => semaphore.resize(limitOf(n, "the new limit")))
        })
      )
    }
  )

const which = ({ name }: LimitOptions): string =>
  name === undefined ? "the limit of Limit.concurrent" : `limit "${name}" of Limit.concurrent`
