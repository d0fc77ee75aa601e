import type * as Effect from "effect/Effect"

/**
 * What a set-up ends with: the value that its caller waits for, and the rest that the task goes on with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ready<out V, out A, out E, out R> {
  readonly "~ferrule/task-group/Ready": true
  readonly value: V
  readonly rest: Effect.Effect<A, E, R>
}

/**
 * Says that a set-up is done: `value` goes to the caller of `group.start`, `rest` is what the task goes on with.
 *
 * @example A server that listens when start returns
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const listen = Effect.gen(function* () {
 *   yield* Effect.sleep("5 millis")
 *   return TaskGroup.ready(8080, Effect.never.pipe(Effect.ensuring(Effect.sync(() => console.log("stopped")))))
 * })
 * const program = TaskGroup.run("main", function* (group) {
 *   const { value: port } = yield* group.start(listen, { name: "server", daemon: true })
 *   console.log("listening on", port)
 * })
 * await Effect.runPromise(program)
 * // => listening on 8080
 * // => stopped
 * ```
 *
 * @see TaskGroup.start
 * @category starting
 * @since 0.1.0
 */
export const ready = <V, A, E, R>(value: V, rest: Effect.Effect<A, E, R>): Ready<V, A, E, R> => ({
  "~ferrule/task-group/Ready": true,
  value,
  rest
})
