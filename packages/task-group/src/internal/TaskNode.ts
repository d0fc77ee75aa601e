import {
  askerOf,
  CancelNode,
  type CancelReason,
  type CancelTrace,
  cancelNode,
  clockOf,
  CurrentNode,
  currentNode,
  isInside,
  nowOn,
  operation,
  reasonFrom,
  tellFirst,
  traceOf,
  waitHere,
  type Waiter,
  type Wakeable
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { type Status, type Task, TaskCancelled } from "../Task.ts"

/** What a task tells its group. */
export interface Owner {
  /** What the task runs in its fiber: its own effect, and what the group puts around it. */
  wrap(task: TaskNode): Effect.Effect<unknown, unknown, unknown>
  /** The exit that counts: the fiber's, with the failures of the task's resources. */
  exitOf(task: TaskNode, exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown>
  taskEnded(task: TaskNode): void
  now(): number
}

/** Somebody whose business the end of a task is: the caller of `start` until it is ready, or a joiner. */
export interface Claim {
  /** As things stand, a failure is not the group's. */
  readonly open: boolean
  /** Says whether this has taken the task's failure over from the group. */
  ended(task: TaskNode, exit: Exit.Exit<unknown, unknown>): boolean
}

/**
 * A task: a node of the cancel tree below its group, and the handle that the spawner gets.
 */
export class TaskNode extends CancelNode implements Task<any, any> {
  readonly id: number
  readonly effect: Effect.Effect<unknown, unknown, unknown>
  /** It does not keep its group open. */
  readonly daemon: boolean
  /** Whose business the task's end is, if it is not the group's. */
  claim: Claim | undefined = undefined
  /** The spawner's. */
  private readonly context: Context.Context<never>
  /** Of the resources that the task acquires; made when it begins. */
  scope: Scope.Closeable | undefined = undefined
  /** What the release of the task's resources died of. */
  cleanup: Cause.Cause<unknown> | undefined = undefined
  exit: Exit.Exit<unknown, unknown> | undefined = undefined
  private awaiters: Set<Waiter<Exit.Exit<unknown, unknown>>> | undefined = undefined
  /** It has a place in a group with a limit, which it gives back at its end. */
  admitted = false
  started = false
  /** What would have started it, if it stands in line for room. */
  parked: Wakeable | undefined = undefined
  private readonly owner: Owner

  constructor(
    owner: Owner,
    id: number,
    name: string,
    effect: Effect.Effect<unknown, unknown, unknown>,
    context: Context.Context<never>,
    daemon: boolean
  ) {
    super(name)
    this.task = name
    this.owner = owner
    this.id = id
    this.effect = effect
    this.context = context
    this.daemon = daemon
  }

  /** Starts the task on the present stack, unless it was cancelled before. */
  start(): void {
    if (this.exit !== undefined) return
    // Marked, and not told yet: it never begins.
    if (this.trace !== undefined) return this.deliver()
    this.started = true
    const main = Effect.withFiber((fiber) => {
      this.fiber = fiber
      return this.owner.wrap(this)
    })
    this.scope = Scope.makeUnsafe()
    // Sound: the context is the spawner's, which has what the task requires.
    const context = Context.add(
      Context.add(this.context, CurrentNode, this),
      Scope.Scope,
      this.scope
    ) as Context.Context<unknown>
    const queue = this.queue!
    queue.nested(() => {
      const fiber = Effect.runForkWith(context)(main)
      // A scheduler may have given way before the first operation, which would have said so.
      this.fiber = fiber
      queue.started(fiber)
      fiber.addObserver((exit) => this.end(exit))
    })
  }

  /** A task that has not begun never does. */
  override deliver(): void {
    if (this.started || this.ended || this.trace === undefined) return super.deliver()
    this.delivered = true
    this.end(Exit.interrupt())
    if (this.parked !== undefined) this.queue!.enqueue(this.parked)
  }

  private end(exit: Exit.Exit<unknown, unknown>): void {
    this.exit = this.started ? this.owner.exitOf(this, exit) : exit
    // Interrupted by somebody who knows only the fiber: nobody gave a reason.
    if (this.trace === undefined && Exit.isFailure(this.exit) && Cause.hasInterruptsOnly(this.exit.cause)) {
      this.trace = traceOf(this, { _tag: "Requested" }, this.owner.now(), undefined)
    }
    this.detach()
    this.owner.taskEnded(this)
    if (this.awaiters === undefined) return
    for (const awaiter of this.awaiters) awaiter.give(this.exit)
    this.awaiters = undefined
  }

  /** Never begins, because its group was cancelled or closed before it was spawned. */
  refused(group: CancelNode, why: CancelTrace): void {
    this.parent = group
    this.queue = group.queue
    this.trace = why
    this.exit = Exit.interrupt()
    this.ended = true
  }

  get await(): Effect.Effect<Exit.Exit<any, any>> {
    return operation((fiber) =>
      this.exit === undefined
        ? waitHere<Exit.Exit<unknown, unknown>, never>(fiber, (awaiter) => this.register(awaiter), this.await)
        : Effect.succeed(this.exit)
    )
  }

  private register(awaiter: Waiter<Exit.Exit<unknown, unknown>>): (() => void) | undefined {
    if (this.exit !== undefined) return undefined
    this.awaiters ??= new Set()
    this.awaiters.add(awaiter)
    return () => void this.awaiters?.delete(awaiter)
  }

  get join(): Effect.Effect<any, any> {
    return Effect.flatMap(this.await, (exit) => {
      if (Exit.isSuccess(exit) || !Cause.hasInterruptsOnly(exit.cause)) return exit
      return Effect.die(new TaskCancelled({ task: this.name, trace: this.trace! }))
    })
  }

  get status(): Effect.Effect<Status> {
    return Effect.sync(() => {
      if (this.exit === undefined)
        return this.started ? (this.trace === undefined ? "running" : "cancelling") : "queued"
      if (Exit.isSuccess(this.exit)) return "succeeded"
      return Cause.hasInterruptsOnly(this.exit.cause) ? "cancelled" : "failed"
    })
  }

  cancel(reason?: string | CancelReason): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      cancelNode(this, traceOf(this, reasonFrom(reason), nowOn(clockOf(fiber)), askerOf(fiber)), true)
      // Where a task cancels itself, its own code stops at its next operation.
      tellFirst(fiber)
      return Effect.void
    })
  }

  cancelAndWait(reason?: string | CancelReason): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      if (isInside(currentNode(fiber), this)) {
        return Effect.die(
          new Error(
            `cannot cancel the task "${this.name}" and wait for it from inside: it would wait for itself. Use cancel.`
          )
        )
      }
      return Effect.andThen(this.cancel(reason), Effect.asVoid(this.await))
    })
  }
}
