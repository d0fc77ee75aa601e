import { CurrentNode } from "@ferrule/runtime"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { NoScope } from "./children.ts"
import { atLeastOne } from "./internal/atLeastOne.ts"
import { run, type TaskGroup } from "./TaskGroup.ts"

/**
 * Works through items that may add more items, at most `limit` at once, and ends by itself when none is queued or
 * running. `add` never waits. With `unique` an item whose key was seen before is left out. The results come in the
 * order in which the items were added, the seeds first.
 *
 * - **Completes when** nothing is left to do.
 * - **Fails when** `f` fails: the rest is cancelled and awaited first.
 * - **When cancelled**, so is everything that runs; its cleanup ends before it returns. What is queued never begins.
 * - **Dies when** `limit` is not at least 1.
 *
 * @example A walk over a graph with a circle
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const links: Record<string, ReadonlyArray<string>> = { home: ["docs", "blog"], docs: ["home"], blog: ["docs"] }
 * const walk = TaskGroup.workList(
 *   ["home"],
 *   (page, add) => Effect.as(add(...links[page]!), page.toUpperCase()),
 *   { limit: 2, unique: (page) => page }
 * )
 * console.log(await Effect.runPromise(walk)) // => [ 'HOME', 'DOCS', 'BLOG' ]
 * ```
 *
 * @see forEach for a source that is known from the start
 * @category sources
 * @since 0.1.0
 */
export const workList = <T, A, E, R>(
  seeds: Iterable<T>,
  f: (item: T, add: (...items: ReadonlyArray<T>) => Effect.Effect<void>) => Effect.Effect<A, E, R>,
  options: { readonly limit: number; readonly unique?: (item: T) => unknown; readonly name?: string }
): Effect.Effect<Array<A>, E, NoScope<R>> =>
  Effect.suspend(() => {
    const name = options.name ?? "workList"
    atLeastOne(options.limit, name)
    const results: Array<A> = []
    const seen = new Set<unknown>()
    const queued: Array<T> = []
    // Invariant: 0 <= busy <= workers <= limit. `busy` workers have an item each; those from `next` on have nobody.
    let next = 0
    let workers = 0
    let busy = 0

    const accept = (items: Iterable<T>): void => {
      for (const item of items) {
        const key = options.unique?.(item)
        if (options.unique !== undefined && seen.has(key)) continue
        if (options.unique !== undefined) seen.add(key)
        queued.push(item)
      }
    }

    const body = (group: TaskGroup<string>, context: Context.Context<R>) => {
      // A worker takes items until none is queued. It counts itself out in the step in which it finds none, so that
      // whoever adds the next item sees that it has to start another.
      const worker: Effect.Effect<void, E, NoScope<R>> = Effect.gen(function* () {
        while (next < queued.length) {
          const index = next++
          busy++
          results[index] = yield* Effect.scoped(f(queued[index]!, add))
          busy--
        }
        workers--
      })
      // Whoever adds items may run with other services: an item gets those of the whole list.
      const hired = Effect.updateContext(worker, (own: Context.Context<never>) => Context.merge(context, placeIn(own)))
      const staff = Effect.gen(function* () {
        while (workers < options.limit && workers - busy < queued.length - next) {
          workers++
          yield* group.spawn(hired)
        }
      })
      const add = (...items: ReadonlyArray<T>): Effect.Effect<void> =>
        Effect.suspend(() => {
          accept(items)
          // Sound: `add` is called by `f`, in whose context is what `f` requires.
          return staff as Effect.Effect<void>
        })
      accept(seeds)
      return staff
    }
    const whole = Effect.contextWith((context: Context.Context<R>) => run(name, (group) => body(group, context)))
    return Effect.as(whole, results)
    // Sound: `never` only drops the phantom requirement that a computed name leaves behind.
  }) as never

/** What of a worker's context is its own: its place in the cancel tree, and its resource scope. */
const placeIn = (own: Context.Context<never>): Context.Context<never> =>
  // Sound: a task has both.
  Context.pick(CurrentNode, Scope.Scope)(own as Context.Context<any>) as Context.Context<never>
