import { failuresIn, reportAll } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { NoScope } from "./children.ts"
import { atLeastOne } from "./internal/atLeastOne.ts"
import { Bell } from "./internal/Bell.ts"
import { endOf, Outbox } from "./internal/Outbox.ts"
import { drain, type Source } from "./Source.ts"
import { run, type TaskGroup } from "./TaskGroup.ts"

/**
 * Runs `f` for every item of a source, at most `limit` at once, each as a task, and gives the results as a stream: as
 * they come, or with `ordered` in the order of the items. The source is asked for the next item only when there is room
 * for it, and fewer than `limit` results wait to be read.
 *
 * - **Completes when** the source has ended and every result was read.
 * - **Fails when** `f` or the source fails: what runs is cancelled and awaited first.
 * - **When cancelled**, or left early, all tasks are cancelled; their cleanup ends before the stream does.
 * - **Dies when** `limit` is not at least 1.
 *
 * @example The quick ones first
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const stream = TaskGroup.mapStream([300, 5, 50], (n) => Effect.as(Effect.sleep(n), n), { limit: 2 })
 * console.log(await Effect.runPromise(Stream.runCollect(stream))) // => [ 5, 50, 300 ]
 * ```
 *
 * @see forEach to have all results as an array
 * @category sources
 * @since 0.1.0
 */
export const mapStream = <T, A, E, R, E0 = never, R0 = never>(
  source: Source<T, E0, R0>,
  f: (item: T, index: number) => Effect.Effect<A, E, R>,
  options: { readonly limit: number; readonly ordered?: boolean }
): Stream.Stream<A, E | E0, NoScope<R> | R0> =>
  Stream.unwrap(
    Effect.suspend(() => {
      atLeastOne(options.limit, "mapStream")
      const bell = new Bell()
      const outbox = new Outbox(options.ordered === true, bell.ring)
      let running = 0
      const handle = (group: TaskGroup<string>) => (item: T, index: number) =>
        Effect.gen(function* () {
          running++
          // Its resources count as part of it: they are released before the next one starts.
          const made = Effect.onExitPrimitive(Effect.scoped(f(item, index)), (exit) => {
            running--
            if (Exit.isSuccess(exit)) outbox.put(index, exit.value)
            bell.ring()
            return undefined
          })
          yield* group.spawn(made, `mapStream/${index}`)
          yield* bell.until(() => running < options.limit && outbox.size < options.limit)
        })
      const filling = run({ name: "mapStream" }, (group: TaskGroup<string>) => drain(source, handle(group)))
      const filled = Effect.onExit(filling, (exit) =>
        Effect.sync(() => outbox.end(endOf(exit, Exit.fail(Cause.Done()))))
      )
      // The stream's own scope owns the fiber: it has ended, with all its tasks, when the stream has.
      const opened = Effect.andThen(
        Effect.addFinalizer(() => tellUnread(outbox)),
        Effect.forkScoped(filled)
      )
      return Effect.as(opened, Stream.fromPull(Effect.succeed(outbox.pull)))
    })
    // Sound: results and errors come from `f` and the source alone.
  ) as never

/** A reader that has left early is given nothing any more: not what the tasks failed with when they were cancelled. */
const tellUnread = (outbox: Outbox): Effect.Effect<void> =>
  Effect.suspend(() => reportAll(failuresIn(outbox.unread, "mapStream"), "mapStream"))
