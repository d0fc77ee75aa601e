import * as Effect from "effect/Effect"
import type { NoScope } from "./children.ts"
import { atLeastOne } from "./internal/atLeastOne.ts"
import { Feed } from "./internal/Feed.ts"
import { runBodyOf } from "./internal/GroupRegion.ts"
import { drain, isIterable, iterate, type Source } from "./Source.ts"

/**
 * Runs `f` for every item of a source, at most `limit` at once, each as a task, and gives the results in the order of
 * the items. The source is asked for the next item only when there is room for it.
 *
 * - **Completes when** the source has ended and all tasks have.
 * - **Fails when** `f` or the source fails: the rest is cancelled and awaited first.
 * - **When cancelled**, all tasks are; their cleanup ends before it returns.
 * - **Dies when** `limit` is not at least 1.
 *
 * @example Three at once
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const squares = TaskGroup.forEach([1, 2, 3, 4], (n) => Effect.as(Effect.sleep(10 / n), n * n), { limit: 3 })
 * console.log(await Effect.runPromise(squares)) // => [ 1, 4, 9, 16 ]
 * ```
 *
 * @see workList for work that makes more work
 * @category sources
 * @since 0.1.0
 */
export const forEach = <T, A, E, R, E0 = never, R0 = never>(
  source: Source<T, E0, R0>,
  f: (item: T, index: number) => Effect.Effect<A, E, R>,
  options: { readonly limit: number; readonly name?: string }
): Effect.Effect<Array<A>, E | E0, NoScope<R> | R0> =>
  Effect.suspend(() => {
    const name = options.name ?? "forEach"
    atLeastOne(options.limit, name)
    const feed = new Feed(name, f, options.limit)
    const main = isIterable(source)
      ? iterate(source, (items) => feed.handleAll(items))
      : drain(source, (item) => feed.handle(item))
    return Effect.as(runBodyOf(feed, main), feed.results)
    // Sound: the results are what `f` gave for the items, in their order; errors come from `f` and the source.
  }) as never
