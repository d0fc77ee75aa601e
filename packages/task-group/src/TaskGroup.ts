/**
 * Runs tasks and never ends before all of them have. After Trio's nurseries.
 */
import type { CancelReason } from "@ferrule/cancel-scope"
import { askerOf, type Body, type BodyA, type BodyE, type BodyR, reasonFrom, runBody, runRegion } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type { ErrorsOf, NoScope, Spawns, Without } from "./children.ts"
import { GroupRegion, type OnFailure } from "./internal/GroupRegion.ts"
import type { Task } from "./Task.ts"

/**
 * How a task is spawned: its name, and whether it begins at once, before `spawn` returns, instead of on the next turn.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpawnOptions {
  readonly name?: string
  readonly immediate?: boolean
}

/**
 * A task group, as its body, its tasks and whoever they hand it to see it. `N` is the literal name, so that nested
 * groups keep their children's errors apart; `TaskGroup` alone works for helpers.
 *
 * @category models
 * @since 0.1.0
 */
export interface TaskGroup<out N extends string = string> {
  readonly name: N
  /**
   * Starts a task in the group and gives its handle. The task begins on the next turn, with the context of the caller
   * and a resource scope of its own: what it acquires is released when it ends.
   *
   * - **Completes when** there is room in a group with a limit; called by a task of the group, or in cleanup, at once:
   *   then the task is `queued`. In a group that is being cancelled the handle is cancelled already.
   * - **Dies when** the group has ended: `GroupEnded`.
   * - **When cancelled** while it waits for room, nothing was started.
   */
  spawn<A, E, R>(
    task: Effect.Effect<A, E, R>,
    options?: string | SpawnOptions
  ): Effect.Effect<Task<A, E>, never, NoScope<R> | Spawns<N, E>>
  /** How many tasks have been spawned and not ended. */
  readonly size: Effect.Effect<number>
  /** Cancels the tasks, never the body: to leave early from within, open a cancel scope around the group. */
  cancelTasks(reason?: string | CancelReason): Effect.Effect<void>
}

/**
 * How a group is set up: its name, and how many tasks may run at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<N extends string> {
  readonly name: N
  readonly limit?: number
}

class GroupHandle implements TaskGroup {
  readonly name: string
  private readonly region: GroupRegion

  constructor(region: GroupRegion) {
    this.name = region.name
    this.region = region
  }

  spawn(task: Effect.Effect<any, any, any>, options?: string | SpawnOptions): Effect.Effect<Task<any, any>, never, any> {
    return this.region.spawn(task, options)
  }

  get size(): Effect.Effect<number> {
    return Effect.sync(() => this.region.live)
  }

  cancelTasks(reason?: string | CancelReason): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      this.region.cancelTasks(reasonFrom(reason), fiber, askerOf(fiber))
      return Effect.void
    })
  }
}

/**
 * Runs a body in a new group. `onFailure` makes the group supervised.
 *
 * @internal
 */
export const runGroup = (
  options: string | Options<string>,
  body: (group: TaskGroup<any>) => Body,
  onFailure: OnFailure | undefined
): Effect.Effect<any, any, never> =>
  Effect.suspend(() => {
    const { name, limit } = typeof options === "string" ? { name: options, limit: undefined } : options
    if (limit !== undefined && !(limit >= 0)) {
      throw new RangeError(`the limit of the group "${name}" is ${limit}. Pass a number of tasks, 0 or more.`)
    }
    const region = new GroupRegion(name, limit, onFailure)
    // Sound: what the body requires is in the signatures of `run` and `supervised`, which alone call this.
    const main = region.main(runBody(body, new GroupHandle(region))) as Effect.Effect<void>
    return runRegion(region, main, (exit) => region.result(exit) as Effect.Effect<any, any>)
  })

/**
 * Runs `body` with a fresh task group and waits for every task that it starts.
 *
 * - **Completes when** the body and all tasks have ended. Never earlier, on any exit.
 * - **Fails when** the body or a task fails: the others are cancelled and awaited first. The errors of the tasks are in
 *   the type without annotation. Several failures are one flat cause, the body's first, then in time order; a defect
 *   beside a typed error rides along (`CancelScope.failures`) and goes to the failure hook.
 * - **When cancelled**, all tasks are cancelled at once; their cleanup ends before it returns.
 *
 * The body has a resource scope: what it acquires is released after the last task has ended.
 *
 * @example Two tasks, one lifetime
 * ```ts
 * import { Effect } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("downloads", function* (group) {
 *   const a = yield* group.spawn(Effect.as(Effect.sleep("20 millis"), "a"))
 *   const b = yield* group.spawn(Effect.as(Effect.sleep("10 millis"), "b"))
 *   return [yield* a.join, yield* b.join]
 * })
 * console.log(await Effect.runPromise(program)) // => [ 'a', 'b' ]
 * ```
 *
 * @see supervised where a failing task stops nobody
 * @category running
 * @since 0.1.0
 */
export const run = <const N extends string, B extends Body>(
  name: N | Options<N>,
  body: (group: TaskGroup<N>) => B
): Effect.Effect<BodyA<B>, BodyE<B> | ErrorsOf<BodyR<B>, N>, NoScope<Without<BodyR<B>, N>>> =>
  runGroup(name, body, undefined)
