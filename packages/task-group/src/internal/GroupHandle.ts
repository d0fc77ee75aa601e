import {
  askerOf,
  type Body,
  type CancelReason,
  clockOf,
  currentNode,
  millisOf,
  nowOn,
  operation,
  reasonFrom,
  runBody,
  tellFirst,
  timerOn
} from "@ferrule/runtime"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Ready } from "../ready.ts"
import type { Task } from "../Task.ts"
import type { TaskGroup } from "../TaskGroup.ts"
import type { GroupRegion } from "./GroupRegion.ts"
import { spawn, type SpawnOptions, spawnFromCallback, spawnWith, start, taskAround, trySpawn } from "./spawning.ts"
import type { TaskNode } from "./TaskNode.ts"

type AnyEffect = Effect.Effect<any, any, any>
type Options = string | SpawnOptions

/** Checks the limit of a group: a number of tasks, or none. */
export const limitOf = (limit: number, name: string): number => {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 0)) return limit
  throw new RangeError(`the limit of the group "${name}" is ${limit}. Pass a whole number of tasks, 0 or more.`)
}

/** What the body of a group gets. The types of `TaskGroup` say what of it is checked. */
export class GroupHandle implements TaskGroup {
  readonly name: string
  private readonly region: GroupRegion

  constructor(region: GroupRegion) {
    this.name = region.name
    this.region = region
  }

  spawn(task: AnyEffect, options?: Options): Effect.Effect<Task<any, any>, never, any> {
    return spawn(this.region, task, options)
  }

  trySpawn(task: AnyEffect, options?: Options): Effect.Effect<Option.Option<Task<any, any>>, never, any> {
    return trySpawn(this.region, task, options)
  }

  start<V>(
    setup: Effect.Effect<Ready<V, any, any, any>, any, any>,
    options?: Options
  ): Effect.Effect<{ readonly value: V; readonly task: Task<any, any> }, any, any> {
    // Sound: the value is the one that the set-up gave to `ready`.
    return start(this.region, setup, options) as Effect.Effect<{ readonly value: V; readonly task: TaskNode }, any, any>
  }

  handler<Args extends ReadonlyArray<any>, B extends Body>(
    f: (...args: Args) => B,
    options?: Options
  ): Effect.Effect<(...args: Args) => void, never, any> {
    return Effect.contextWith((context: Context.Context<never>) =>
      Effect.succeed((...args: Args) => spawnFromCallback(this.region, runBody(f, ...args), options, context))
    )
  }

  spawner<Args extends ReadonlyArray<any>, B extends Body>(
    f: (...args: Args) => B,
    options?: Options
  ): Effect.Effect<(...args: Args) => Effect.Effect<Task<any, any>>, never, any> {
    return Effect.contextWith((services: Context.Context<never>) =>
      Effect.succeed((...args: Args) => {
        // What is there where it is called, a span say, comes before what was there where it was made.
        const contextOf = (fiber: Fiber.Fiber<unknown, unknown>) => Context.merge(services, fiber.context)
        // Sound: what `f` requires is in `services`.
        return spawnWith(this.region, runBody(f, ...args), options, contextOf) as Effect.Effect<TaskNode>
      })
    )
  }

  get awaitAll(): Effect.Effect<void> {
    return operation((fiber) => {
      const inside = taskAround(currentNode(fiber), this.region)
      if (inside !== undefined) {
        return Effect.die(
          new Error(`cannot await all tasks of "${this.name}" in its task "${inside.name}": it would wait for itself.`)
        )
      }
      return awaitEach(this.region.tasks().filter(({ daemon }) => !daemon))
    })
  }

  get completions(): Stream.Stream<Task<unknown, unknown>> {
    const { region } = this
    const reading = Effect.acquireRelease(
      Effect.sync(() => region.read()),
      (reader) => Effect.sync(() => region.stopReading(reader))
    )
    return Stream.unwrap(Effect.map(reading, (reader) => Stream.fromPull(Effect.succeed(reader.pull))))
  }

  get size(): Effect.Effect<number> {
    return Effect.sync(() => this.region.size)
  }

  setLimit(limit: number): Effect.Effect<void> {
    return Effect.sync(() => this.region.room.resize(limitOf(limit, this.name)))
  }

  close(options?: { readonly drain?: Duration.Input }): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { region } = this
      let callOff: (() => void) | undefined
      let own: TaskNode | undefined
      const closing = operation((fiber) => {
        const drain = millisOf(options?.drain ?? 0, `drain of "${this.name}"`)
        const by = askerOf(fiber)
        const mine = taskAround(currentNode(fiber), region)
        const reason = region.refuseNewTasks(by)
        // Two tasks that close their group would wait for each other: the later one does not wait for the earlier.
        const closers = new Set(mine === undefined ? [] : region.closers)
        if (mine !== undefined) (region.closers ??= new Set()).add((own = mine))
        const cancelRest = (): void => region.cancelTasks(reason, by, mine)
        const clock = clockOf(fiber)
        if (drain > 0) callOff = timerOn(clock, nowOn(clock) + drain, "deadline", cancelRest)
        else cancelRest()
        return awaitEach(region.tasks().filter((task) => task !== mine && !closers.has(task)))
      })
      // Around the step that sets the timer: a scheduler may give way right after it, and a cancel come then.
      return Effect.ensuring(
        closing,
        Effect.sync(() => {
          callOff?.()
          if (own !== undefined) region.closers?.delete(own)
        })
      )
    })
  }

  cancelTasks(reason?: string | CancelReason): Effect.Effect<void> {
    return operation((fiber) => {
      this.region.cancelTasks(reasonFrom(reason), askerOf(fiber))
      tellFirst(fiber)
      return Effect.void
    })
  }
}

const awaitEach = (tasks: ReadonlyArray<TaskNode>): Effect.Effect<void> =>
  Effect.forEach(tasks, (task) => task.await, { discard: true })
