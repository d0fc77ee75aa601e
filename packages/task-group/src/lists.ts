import * as Effect from "effect/Effect"
import type { AnyEffect, NoScope } from "./children.ts"
import { run, type TaskGroup } from "./TaskGroup.ts"

/**
 * A list of effects: an array or tuple, or a record.
 *
 * @category models
 * @since 0.1.0
 */
export type Tasks = ReadonlyArray<AnyEffect> | Readonly<Record<string, AnyEffect>>

/**
 * Runs all effects at once, each as a task, and gives their values in the shape that the effects came in. What a task
 * acquires is released when it ends: a value that has to outlive it is acquired outside.
 *
 * - **Completes when** all have ended.
 * - **Fails when** one fails: the others are cancelled and awaited first.
 * - **When cancelled**, all are; their cleanup ends before it returns.
 *
 * @example A record of two
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.all({ user: Effect.succeed("Ada"), age: Effect.as(Effect.sleep("5 millis"), 36) })
 * console.log(await Effect.runPromise(program)) // => { user: 'Ada', age: 36 }
 * ```
 *
 * @see forEach to do the same thing with many items, so many at once
 * @category lists
 * @since 0.1.0
 */
export const all = <const T extends Tasks>(
  tasks: T
): Effect.Effect<
  { -readonly [K in keyof T]: Effect.Success<T[K]> },
  Effect.Error<T[keyof T]>,
  NoScope<Effect.Services<T[keyof T]>>
> =>
  Effect.suspend(() => {
    const values = Object.assign(Array.isArray(tasks) ? [] : {}, tasks) as Record<string, unknown>
    const body = function* (group: TaskGroup<"all">) {
      for (const [key, task] of Object.entries(tasks)) {
        const stored = Effect.map(task, (value) => {
          values[key] = value
        })
        yield* group.spawn(stored, `all/${key}`)
      }
    }
    return Effect.as(run("all", body), values)
    // Sound: every key holds the value of the effect under that key once the group has ended well.
  }) as never
