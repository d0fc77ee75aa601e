/**
 * Runs tasks and never ends before all of them have. After Trio's nurseries.
 */
import type { CancelReason } from "@ferrule/cancel-scope"
import { type Body, type BodyA, type BodyE, type BodyR, primitive, runBody } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { ErrorsOf, NoScope, Spawns, Without } from "./children.ts"
import { GroupHandle } from "./internal/GroupHandle.ts"
import { type OnFailure, runBodyOf } from "./internal/GroupRegion.ts"
import { regionFrom } from "./internal/regionFrom.ts"
import type { Ready } from "./ready.ts"
import type { Restart } from "./restart.ts"
import type { Task } from "./Task.ts"

/**
 * How a task is spawned: its name; whether it begins at once, before `spawn` returns, instead of on the next turn;
 * whether it is a daemon, which does not keep its group open, and is cancelled and awaited when the others have ended;
 * and how it is started again when it fails.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpawnOptions {
  readonly name?: string
  readonly immediate?: boolean
  readonly daemon?: boolean
  readonly restart?: Restart
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
   *
   * A task sees the spawner's AsyncLocalStorage. Tasks spawned without a wait in between see that of the first: a store
   * that `enterWith` changes between two of them is seen with `immediate` only.
   */
  spawn<A, E, R>(
    task: Effect.Effect<A, E, R>,
    options?: string | SpawnOptions
  ): Effect.Effect<Task<A, E>, never, NoScope<R> | Spawns<N, E>>
  /**
   * As `spawn`, but never waits: none when there is no room, or the group is being cancelled or closed.
   */
  trySpawn<A, E, R>(
    task: Effect.Effect<A, E, R>,
    options?: string | SpawnOptions
  ): Effect.Effect<Option.Option<Task<A, E>>, never, NoScope<R> | Spawns<N, E>>
  /**
   * Starts a task whose set-up the caller waits for. The set-up runs in the new task and ends with `ready(value, rest)`;
   * then `start` gives the value and the task goes on with the rest.
   *
   * - **Completes when** the set-up is ready.
   * - **Fails when** the set-up does: that failure is the caller's, and the group goes on. The rest fails to the group.
   * - **When cancelled**, the set-up is cancelled and its cleanup awaited: nothing of it stays in the group.
   */
  start<V, A, E, R, E1, R1>(
    setup: Effect.Effect<Ready<V, A, E, R>, E1, R1>,
    options?: string | SpawnOptions
  ): Effect.Effect<{ readonly value: V; readonly task: Task<A, E> }, E1, NoScope<R | R1> | Spawns<N, E>>
  /**
   * A plain function for an event emitter: each call is a task, with the services of this place. It never waits: at the
   * limit the task is queued. A call after the group has ended goes to the failure hook as the defect `GroupEnded`.
   */
  handler<Args extends ReadonlyArray<any>, B extends Body>(
    f: (...args: Args) => B,
    options?: string | SpawnOptions
  ): Effect.Effect<(...args: Args) => void, never, NoScope<BodyR<B>> | Spawns<N, BodyE<B>>>
  /**
   * As `handler`, but each call gives an effect with no requirement left, which spawns the task and gives its handle:
   * for route handlers and layers.
   */
  spawner<Args extends ReadonlyArray<any>, B extends Body>(
    f: (...args: Args) => B,
    options?: string | SpawnOptions
  ): Effect.Effect<
    (...args: Args) => Effect.Effect<Task<BodyA<B>, BodyE<B>>>,
    never,
    NoScope<BodyR<B>> | Spawns<N, BodyE<B>>
  >
  /** Waits until all tasks spawned so far have ended, daemons apart. For bodies: inside a task it is a defect. */
  readonly awaitAll: Effect.Effect<void>
  /**
   * The tasks as they end, from this run of the stream on. It ends when none is left, daemons apart, though the group
   * may be open; nothing is kept when nobody reads. For bodies: a task that reads waits for its own end, too.
   */
  readonly completions: Stream.Stream<Task<unknown, unknown>>
  /** How many tasks have been spawned and not ended. */
  readonly size: Effect.Effect<number>
  /** Changes how many tasks may run at once. Nobody is stopped; with a lower limit the next ones wait longer. */
  setLimit(limit: number): Effect.Effect<void>
  /**
   * Takes no new task from now on, lets what runs go on for `drain` (by default not at all), and then cancels it.
   *
   * - **Completes when** all tasks have ended, their cleanup included. The body goes on. A task that closes its own
   *   group does not wait for itself, nor for one that is closing it already.
   * - **When cancelled**, the group stays closed to new tasks.
   */
  close(options?: { readonly drain?: Duration.Input }): Effect.Effect<void>
  /**
   * Cancels the tasks, never the body: to leave early from within, open a cancel scope around the group. The trace that
   * they see names the group.
   */
  cancelTasks(reason?: string | CancelReason): Effect.Effect<void>
}

/**
 * How a group is set up: its name, and how many tasks may run at once.
 *
 * `cleanupTimeout` is how long the group waits for whoever was cancelled: a task, or its body, from the moment the cancel
 * has reached it; without it, until all cleanup has ended. What has not ended by then is left behind: the failure hook is
 * told of each by its name and age (`CleanupTimedOut`), and the group goes on as if it had ended, cancelled, at that
 * moment. What is left behind goes on by itself. Its end changes nothing, but if it fails the failure hook gets that.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<N extends string> {
  readonly name: N
  readonly limit?: number
  readonly cleanupTimeout?: Duration.Input
}

/**
 * Runs a body in a new group. `onFailure` makes the group supervised.
 *
 * @internal
 */
export const runGroup: (
  options: string | Options<string>,
  body: (group: TaskGroup<any>) => Body,
  onFailure: OnFailure | undefined
) => Effect.Effect<any, any, never> = primitive((_, options, body, onFailure) => {
  const region = regionFrom(options, onFailure)
  return runBodyOf(region, runBody(body, new GroupHandle(region)))
})

/**
 * Runs `body` with a fresh task group and waits for every task that it starts.
 *
 * - **Completes when** the body and all tasks have ended. Never earlier, on any exit, but for a `cleanupTimeout`.
 * - **Fails when** the body or a task fails: the others are cancelled and awaited first. The errors of the tasks are in
 *   the type without annotation. Several failures are one flat cause, the body's first, then in time order; a defect
 *   beside a typed error rides along (`CancelScope.failures`) and goes to the failure hook.
 * - **When cancelled**, all tasks are cancelled at once; their cleanup ends before it returns, or is left behind after
 *   `cleanupTimeout`.
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
