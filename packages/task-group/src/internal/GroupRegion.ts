/**
 * A running group.
 *
 *   open     the body runs, or it has ended and tasks still run. Tasks may be spawned.
 *   closing  trace !== undefined: a failure, or an outer cancel. Tasks spawned now never begin.
 *   closed   body and tasks have ended; the body's resources are being released. To spawn is misuse.
 *
 * Invariant: `live` counts the tasks that were spawned and have not ended, begun or not; `bursts` the fibers that are
 * about to start some. The body's fiber waits until both are 0.
 */
import {
  type CancelReason,
  cancelNode,
  causeOf,
  clockOf,
  currentNode,
  type Failure,
  failuresIn,
  failWith,
  GroupEnded,
  interruptedBy,
  nowOn,
  operation,
  Region,
  stamp,
  traceOf,
  wakeQueueOf
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { Burst } from "./Burst.ts"
import { type Guest, Room } from "./Room.ts"
import { type Owner, TaskNode } from "./TaskNode.ts"

export interface SpawnOptions {
  readonly name?: string
  readonly immediate?: boolean
}

/** What a supervised group does with a failure. */
export type OnFailure = (cause: Cause.Cause<any>, task: TaskNode) => Effect.Effect<unknown, never, any>

type AnyEffect = Effect.Effect<any, any, any>

export class GroupRegion extends Region<void, never> implements Owner {
  private readonly room: Room | undefined
  private readonly onFailure: OnFailure | undefined
  private readonly resources = Scope.makeUnsafe()
  private readonly failed: Array<Failure> = []
  private bodyExit: Exit.Exit<unknown, unknown> | undefined = undefined
  private bodyFailed: Array<Failure> = []
  private releaseFailed: Array<Failure> = []
  private spawned = 0
  live = 0
  private bursts = 0
  private closed = false
  private failing = false
  private burst: Burst | undefined = undefined
  private onEmpty: ((effect: Effect.Effect<void>) => void) | undefined = undefined

  constructor(name: string, limit: number | undefined, onFailure: OnFailure | undefined) {
    super(name)
    this.room = limit === undefined ? undefined : new Room(limit)
    this.onFailure = onFailure
  }

  /** What the body's fiber runs: the body, then the wait for the tasks, then the release of the body's resources. */
  main(body: AnyEffect): Effect.Effect<void, never, any> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.matchCauseEffect(restore(Effect.provideService(body, Scope.Scope, this.resources)), {
        onSuccess: (value) => this.afterBody(Exit.succeed(value)),
        onFailure: (cause) => this.afterBody(Exit.failCause(cause))
      })
    )
  }

  private afterBody(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    this.bodyExit = exit
    if (Exit.isFailure(exit)) {
      const failed = failuresIn(exit.cause, this.name)
      // The body's come first, unless it was cancelled: what its cleanup died of came after what cancelled it.
      if (this.trace === undefined) this.bodyFailed = failed
      else this.failed.push(...failed)
      this.cancelAll(this.name, exit.cause)
    }
    return Effect.flatMap(this.empty, () => {
      this.closed = true
      const release = Scope.closeUnsafe(this.resources, exit)
      if (release === undefined) return Effect.void
      return Effect.catchCause(release, (cause) =>
        Effect.sync(() => {
          this.releaseFailed = failuresIn(cause, this.name)
        })
      )
    })
  }

  private get empty(): Effect.Effect<void> {
    return Effect.suspend(() =>
      this.live === 0 && this.bursts === 0
        ? Effect.void
        : Effect.callback<void>((resume) => {
            this.onEmpty = resume
          })
    )
  }

  /** What the group ends with: its failures, the body's first, then in time order; else the body's value. */
  result(exit: Exit.Exit<void, never>): Effect.Effect<any, any> {
    const all = [...this.bodyFailed, ...this.failed, ...this.releaseFailed]
    if (all.length > 0) return failWith(all, this.name)
    if (this.bodyExit !== undefined && Exit.isSuccess(this.bodyExit)) return this.bodyExit
    const ended = this.bodyExit ?? exit
    return Exit.isFailure(ended) ? interruptedBy(this, ended.cause) : Effect.void
  }

  spawn(effect: AnyEffect, options: string | SpawnOptions | undefined): Effect.Effect<TaskNode, never, any> {
    return operation((fiber) => {
      const { name, immediate } = typeof options === "string" ? { name: options, immediate: false } : (options ?? {})
      if (this.closed || this.ended) {
        return Effect.die(new GroupEnded({ group: this.name, task: name ?? `${this.name}/${this.spawned + 1}` }))
      }
      const spawnNow = (): Effect.Effect<TaskNode> =>
        Effect.succeed(this.admit(this.create(effect, name, fiber), fiber, immediate === true))
      if (this.trace !== undefined) return Effect.succeed(this.refuse(this.create(effect, name, fiber)))
      if (this.room === undefined || this.room.tryEnter()) return spawnNow()
      return this.atTheLimit(this.room, fiber, () => this.create(effect, name, fiber), spawnNow)
    })
  }

  /** The body waits for room; a task of this group, or cleanup, must not: it may be what keeps the room taken. */
  private atTheLimit(
    room: Room,
    fiber: Fiber.Fiber<unknown, unknown>,
    create: () => TaskNode,
    spawnNow: () => Effect.Effect<TaskNode>
  ): Effect.Effect<TaskNode> {
    return Effect.uninterruptibleMask((restore) => {
      const masked = restore(Effect.void) === Effect.void
      if (masked || isInTask(currentNode(fiber), this)) return Effect.succeed(this.queueUp(room, create(), fiber))
      return Effect.flatMap(restore(waitForRoom(room, fiber)), () => {
        if (this.trace === undefined) return spawnNow()
        room.leave()
        return Effect.succeed(this.refuse(create()))
      })
    })
  }

  private queueUp(room: Room, task: TaskNode, fiber: Fiber.Fiber<unknown, unknown>): TaskNode {
    const burst = this.newBurst(fiber)
    burst.add(this.own(task))
    task.parked = burst
    room.stand({
      admit: () => {
        task.admitted = true
        this.queue!.enqueue(burst)
      },
      get gone() {
        return task.exit !== undefined
      }
    })
    return task
  }

  private create(effect: AnyEffect, name: string | undefined, fiber: Fiber.Fiber<unknown, unknown>): TaskNode {
    const id = ++this.spawned
    return new TaskNode(this, id, name ?? `${this.name}/${id}`, effect, fiber)
  }

  private own(task: TaskNode): TaskNode {
    task.queue = this.queue
    task.attach(this)
    this.live++
    return task
  }

  /** In a group that is being cancelled: the handle is cancelled already, and the task never begins. */
  private refuse(task: TaskNode): TaskNode {
    task.queue = this.queue
    task.parent = this
    task.trace = this.trace
    task.exit = Exit.interrupt()
    task.ended = true
    return task
  }

  private admit(task: TaskNode, fiber: Fiber.Fiber<unknown, unknown>, immediate: boolean): TaskNode {
    this.own(task)
    task.admitted = true
    if (immediate && this.queue!.shallow) {
      task.start()
      return task
    }
    if (this.burst === undefined || !this.burst.takes(fiber)) {
      this.burst = this.newBurst(fiber)
      this.queue!.enqueue(this.burst)
    }
    this.burst.add(task)
    return task
  }

  wrap(task: TaskNode): AnyEffect {
    const released = Effect.onExitPrimitive(task.effect, (exit) => {
      const release = Scope.closeUnsafe(task.scope!, exit)
      if (release === undefined) return undefined
      return Effect.catchCause(release, (cause) =>
        Effect.sync(() => {
          task.cleanup = cause
        })
      )
    })
    const onFailure = this.onFailure
    if (onFailure === undefined) return released
    return Effect.onExitPrimitive(released, (exit) => {
      const failure = this.exitOf(task, exit)
      if (Exit.isSuccess(failure) || Cause.hasInterruptsOnly(failure.cause)) return undefined
      return Effect.asVoid(onFailure(failure.cause, task))
    })
  }

  exitOf(task: TaskNode, exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> {
    const { cleanup, name } = task
    if (cleanup === undefined) return Exit.isSuccess(exit) ? exit : Exit.failCause(stamp(exit.cause, name))
    const own = Exit.isSuccess(exit) ? [] : failuresIn(exit.cause, name)
    return Exit.failCause(causeOf([...own, ...failuresIn(cleanup, name)]))
  }

  taskEnded(task: TaskNode): void {
    const exit = task.exit!
    if (Exit.isFailure(exit) && this.onFailure === undefined) {
      const failed = failuresIn(exit.cause, task.name)
      this.failed.push(...failed)
      if (failed.length > 0) this.cancelAll(task.name, exit.cause)
    }
    if (task.admitted) this.room?.leave()
    this.live--
    this.maybeEmpty()
  }

  private newBurst(fiber: Fiber.Fiber<unknown, unknown>): Burst {
    this.bursts++
    return new Burst(fiber, this.queue!, () => {
      this.bursts--
      this.maybeEmpty()
    })
  }

  private maybeEmpty(): void {
    if (this.live > 0 || this.bursts > 0 || this.onEmpty === undefined) return
    const resume = this.onEmpty
    this.onEmpty = undefined
    this.queue!.nestedOrLater({ wake: () => resume(Effect.void) })
  }

  /** Behind what is already woken: two failures of one instant are both kept, and no stack grows. */
  private cancelAll(task: string, cause: Cause.Cause<unknown>): void {
    if (this.failing || this.trace !== undefined) return
    this.failing = true
    const reason: CancelReason = Cause.hasInterruptsOnly(cause)
      ? { _tag: "Requested" }
      : { _tag: "TaskFailed", task, cause }
    this.queue!.enqueue({
      wake: () => cancelNode(this, traceOf(this, reason, nowOn(this.clock!), task), true)
    })
  }

  now(): number {
    return nowOn(this.clock!)
  }

  cancelTasks(reason: CancelReason, fiber: Fiber.Fiber<unknown, unknown>, by: string): void {
    const at = nowOn(clockOf(fiber))
    for (let node = this.firstChild; node !== undefined; ) {
      const next = node.next
      if (node instanceof TaskNode) cancelNode(node, traceOf(node, reason, at, by), true)
      node = next
    }
  }
}

/** Whether the code runs in a task of the group, and not in its body. */
const isInTask = (node: ReturnType<typeof currentNode>, group: GroupRegion): boolean => {
  for (let n = node; n !== undefined && n !== group; n = n.parent) {
    if (n instanceof TaskNode && n.parent === group) return true
  }
  return false
}

const waitForRoom = (room: Room, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const queue = wakeQueueOf(fiber)
    let admitted = false
    const guest: Guest = {
      gone: false,
      admit: () => {
        admitted = true
        queue.enqueue({ wake: () => resume(Effect.void) })
      }
    }
    room.stand(guest)
    // A place that was given, and not used, goes to the next in line.
    return Effect.sync(() => (admitted ? room.leave() : void (guest.gone = true)))
  })
