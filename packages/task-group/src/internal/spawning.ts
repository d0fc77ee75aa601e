/** How tasks come into a group: by `spawn`, `trySpawn` and `start`, and from callbacks. */
import {
  cancelNode,
  type CancelNode,
  clockOf,
  currentNode,
  failuresIn,
  failWith,
  GroupEnded,
  type Handover,
  nowOn,
  operation,
  primitive,
  report,
  tellFirst,
  traceOf,
  waitHere,
  type Waiter
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { type Restart, restarting } from "../restart.ts"
import { TaskCancelled } from "../Task.ts"
import type { GroupRegion } from "./GroupRegion.ts"
import type { Guest } from "./Room.ts"
import { Setup } from "./Setup.ts"
import { type Claim, TaskNode } from "./TaskNode.ts"

/** What may be said of a task when it is spawned. */
export interface SpawnOptions {
  readonly name?: string
  readonly immediate?: boolean
  readonly daemon?: boolean
  readonly restart?: Restart
}

type AnyEffect = Effect.Effect<any, any, any>
type Options = string | SpawnOptions | undefined

interface How extends SpawnOptions {
  readonly claim?: Claim
}

const none: How = {}

const optionsFrom = (options: Options): How => (typeof options === "string" ? { name: options } : (options ?? none))

const ended = (group: GroupRegion, name: string | undefined): GroupEnded =>
  new GroupEnded({ group: group.name, task: name ?? group.nextName })

const create = (group: GroupRegion, { claim, daemon, name }: How): TaskNode => {
  const task = group.create(name, daemon === true)
  if (claim !== undefined) task.claim = claim
  return task
}

/** What the task runs, each time it is started again included. */
const whole = (group: GroupRegion, effect: AnyEffect, { name, restart }: How): AnyEffect =>
  restart === undefined ? effect : restarting(effect, restart, name ?? group.nextName)

/** Spawns a task whose end is the business of `claim`. */
export const spawnFor = (group: GroupRegion, effect: AnyEffect, claim: Claim): Effect.Effect<TaskNode, never, any> => {
  const how: How = { claim }
  return spawn(group, effect, how)
}

/** Gives the context of a task that `fiber` spawns. */
type ContextOf = (fiber: Fiber.Fiber<unknown, unknown>) => Context.Context<never>

const spawnNow = (
  fiber: Fiber.Fiber<unknown, unknown>,
  group: GroupRegion,
  effect: AnyEffect,
  options: Options,
  contextOf: ContextOf | undefined
): Effect.Effect<TaskNode, never, any> => {
  const how = optionsFrom(options)
  const context = contextOf === undefined ? fiber.context : contextOf(fiber)
  const { phase } = group
  if (phase === "over") return Effect.die(ended(group, how.name))
  if (phase === "closing") return Effect.succeed(group.refuse(create(group, how)))
  const code = whole(group, effect, how)
  if (group.room.tryEnter()) {
    return Effect.succeed(group.admit(create(group, how), code, fiber, context, how.immediate === true))
  }
  return atTheLimit(group, code, fiber, context, how)
}

/** Spawns a task from a fiber, whose context it gets. Waits for room where that cannot lock the group up. */
export const spawn = primitive(
  (fiber, group: GroupRegion, effect: AnyEffect, options: Options): Effect.Effect<TaskNode, never, any> =>
    tellFirst(fiber, group)
      ? Effect.withFiber((fiber) => spawnNow(fiber, group, effect, options, undefined))
      : spawnNow(fiber, group, effect, options, undefined),
  (step, fiber, group, effect, options) => {
    // What most tasks are: with a name at most, in a group that has room.
    if (typeof options === "object" || tellFirst(fiber, group) || group.phase !== "open") return false
    if (!group.room.tryEnter()) return false
    return step.succeed(group.admit(group.create(options, false), effect, fiber, fiber.context, false))
  }
)

/** As `spawn`, with another context. */
export const spawnWith = (
  group: GroupRegion,
  effect: AnyEffect,
  options: Options,
  contextOf: ContextOf
): Effect.Effect<TaskNode, never, any> => operation((fiber) => spawnNow(fiber, group, effect, options, contextOf))

/** The body waits for room; a task of this group, or cleanup, must not: it may be what keeps the room taken. */
const atTheLimit = (
  group: GroupRegion,
  code: AnyEffect,
  fiber: Fiber.Fiber<unknown, unknown>,
  context: Context.Context<never>,
  how: How
): Effect.Effect<TaskNode> =>
  Effect.uninterruptibleMask((restore) => {
    const masked = restore(Effect.void) === Effect.void
    if (masked || taskAround(currentNode(fiber), group) !== undefined) {
      return Effect.succeed(group.queueUp(create(group, how), code, context))
    }
    return Effect.flatMap(restore(waitForRoom(group, fiber)), (admitted) => {
      const { phase } = group
      if (admitted && phase === "open") {
        return Effect.succeed(group.admit(create(group, how), code, fiber, context, how.immediate === true))
      }
      if (admitted) group.room.leave()
      return phase === "over" ? Effect.die(ended(group, how.name)) : Effect.succeed(group.refuse(create(group, how)))
    })
  })

/** Says whether there is a place; there is none when the group takes no more tasks. */
const waitForRoom = (group: GroupRegion, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<boolean> => {
  const { room } = group
  // A place that was given, and not used, goes to the next in line.
  const place: Handover = { received: () => {}, takeBack: () => Effect.sync(() => room.leave()) }
  const stand = (waiter: Waiter<boolean>): (() => void) | undefined => {
    if (group.phase !== "open") return undefined
    const guest: Guest = {
      gone: false,
      admit: () => waiter.give(true, place),
      turnAway: () => {
        guest.gone = true
        waiter.give(false)
      }
    }
    room.stand(guest)
    return () => void (guest.gone = true)
  }
  return waitHere<boolean, never>(fiber, stand, Effect.succeed(false), "room in", group)
}

/** Spawns a task if there is room for it now. */
export const trySpawn = (
  group: GroupRegion,
  effect: AnyEffect,
  options: Options
): Effect.Effect<Option.Option<TaskNode>, never, any> =>
  operation((fiber) => {
    const how = optionsFrom(options)
    const { phase } = group
    if (phase === "over") return Effect.die(ended(group, how.name))
    if (phase === "closing" || !group.room.tryEnter()) return Effect.succeed(Option.none())
    return Effect.succeed(
      Option.some(
        group.admit(create(group, how), whole(group, effect, how), fiber, fiber.context, how.immediate === true)
      )
    )
  })

/** Spawns a task from a callback, with a context that was captured before. Never waits: at the limit it is queued. */
export const spawnFromCallback = (
  group: GroupRegion,
  effect: AnyEffect,
  options: Options,
  context: Context.Context<never>
): void => {
  const how = optionsFrom(options)
  const { phase } = group
  if (phase === "over") {
    const defect = ended(group, how.name)
    const entry = { task: defect.task, group: group.name, cause: Cause.die(defect), kind: "defect" } as const
    Effect.runForkWith(context)(report(entry))
  } else if (phase === "closing") group.refuse(create(group, how))
  else group.queueUp(create(group, how), whole(group, effect, how), context)
}

/** Spawns a task and waits for its set-up, which is the caller's business until it is ready. */
export const start = (
  group: GroupRegion,
  setup: AnyEffect,
  options: Options
): Effect.Effect<{ readonly value: unknown; readonly task: TaskNode }, any, any> =>
  // Masked, so that a caller that is cancelled knows of the task: it takes the set-up with it.
  Effect.uninterruptibleMask((restore) => {
    const first = new Setup()
    const how: How = { ...optionsFrom(options), claim: first }
    return Effect.flatMap(spawn(group, first.run(setup), how), (task) => {
      // In a group that is being cancelled it has ended already.
      if (task.exit !== undefined) first.settle(task.exit)
      return Effect.matchCauseEffect(restore(first.settled(task)), {
        onSuccess: (exit) => handOver(task, exit),
        onFailure: (cause) => giveUp(group, task, first, cause)
      })
    })
  })

const handOver = (
  task: TaskNode,
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<{ readonly value: unknown; readonly task: TaskNode }, any> => {
  if (Exit.isSuccess(exit)) return Effect.succeed({ value: exit.value, task })
  if (!Cause.hasInterruptsOnly(exit.cause)) return Effect.failCause(exit.cause)
  return Effect.die(new TaskCancelled({ task: task.name, trace: task.trace! }))
}

/** The caller was cancelled. What the set-up fails with when it is cancelled with it is still the caller's. */
const giveUp = (
  group: GroupRegion,
  task: TaskNode,
  setup: Setup,
  cause: Cause.Cause<never>
): Effect.Effect<never, any> =>
  Effect.withFiber((fiber) => {
    const why = currentNode(fiber)?.trace?.reason ?? { _tag: "Requested" as const }
    cancelNode(task, traceOf(task, why, nowOn(clockOf(fiber)), currentNode(fiber)?.name), true)
    return Effect.flatMap(task.await, (exit) => {
      const failed = setup.open && Exit.isFailure(exit) ? failuresIn(exit.cause, task.name) : []
      return failed.length > 0 ? failWith(failed, group.name) : Effect.failCause(cause)
    })
  })

/** The task of the group that the code runs in; none in its body, or outside of it. */
export const taskAround = (node: CancelNode | undefined, group: GroupRegion): TaskNode | undefined => {
  for (let n = node; n !== undefined && n !== group; n = n.parent) {
    if (n instanceof TaskNode && n.parent === group) return n
  }
  return undefined
}
