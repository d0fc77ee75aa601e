import * as Effect from "effect/Effect"
import { LimitsByKey } from "./internal/LimitsByKey.ts"
import type { Limit, LimitOptions } from "./Limit.ts"

/**
 * A limit for each key: `request.pipe(perHost(url.host))`.
 *
 * - **When cancelled**: as the limit of that key. Nothing is lost.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyedLimit {
  (key: string): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * Makes a limit for each key, as it is needed. A key that is idle is forgotten: one whose limit nobody uses or waits for,
 * and of which nothing is borrowed, so that a new one is as good. So the number of keys may be without limit.
 *
 * - **Completes when** called, at once. `make` runs when a key comes that is not known.
 *
 * @example Two requests at a time for each host
 * ```ts
 * import { Console, Effect } from "effect"
 * import { Limit, TaskGroup } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const perHost = yield* Limit.keyed(() => Limit.concurrent(2))
 *   const get = (url: URL) => Effect.delay(Console.log(url.href), "5 millis").pipe(perHost(url.host))
 *   const urls = ["http://a/1", "http://a/2", "http://a/3", "http://b/1"]
 *   yield* TaskGroup.forEach(urls, (url) => get(new URL(url)), { limit: 64 })
 * })
 * await Effect.runPromise(program)
 * // => http://a/1
 * // => http://a/2
 * // => http://b/1
 * // => http://a/3
 * ```
 *
 * @see concurrent and rate for the limits
 * @category making
 * @since 0.1.0
 */
export const keyed = (
  make: (key: string) => Effect.Effect<Limit>,
  options: LimitOptions = {}
): Effect.Effect<KeyedLimit> =>
  Effect.withFiber((fiber) => {
    const limits = new LimitsByKey(fiber, make, options.name)
    return Effect.succeed((key) => (self) => limits.through(key, self))
  })
