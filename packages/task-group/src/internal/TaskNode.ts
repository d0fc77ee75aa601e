/**
 * A task, beside what it is as a node of the cancel tree (see CancelNode):
 *
 *   queued     not started. What it will run is kept by the burst that starts it.
 *   running    its code runs in `fiber`.
 *   epilogue   its code has ended, and `fiber` releases its resources.
 *   ended      `exit` says how. It keeps nothing but that: handles may be kept by the hundred thousand.
 *
 *   queued → running      `start`.
 *   queued → ended        told of a cancel before it was started, or refused by its group: it never begins.
 *   running → epilogue    if there is something to release or to hand on.
 *   running, epilogue → ended
 *
 * Invariant: that it has ended its group is told once, and then those who await it.
 * Invariant: a task that is queued and not refused is in one burst, and is passed over there when it has ended before.
 */
import {
  askerOf,
  CancelNode,
  type CancelReason,
  type CancelTrace,
  cancelNode,
  type Clause,
  clockOf,
  CurrentNode,
  currentNode,
  isInside,
  nowOn,
  nameInGroup,
  primitive,
  reasonFrom,
  type Recipient,
  startFiber,
  type Started,
  tellFirst,
  TraceAnnotation,
  traceOf,
  unwatchTask,
  waitHere,
  Waiter,
  Waiters,
  watchTask,
  type Wakeable
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { type Status, type Task, TaskCancelled } from "../Task.ts"
import { exitThatCounts } from "./exitThatCounts.ts"
import { startEpilogue } from "./startEpilogue.ts"
import { taskEnd } from "./taskEnd.ts"
import { TaskScope } from "./TaskScope.ts"

/** What a task tells its group. */
export interface Owner {
  readonly name: string
  /**
   * What is left to do when the task's own code has ended: its resources to release, a failure to hand on. Nothing for
   * most tasks.
   */
  epilogueOf(
    task: TaskNode,
    exit: Exit.Exit<unknown, unknown>,
    resources: Scope.Closeable
  ): Effect.Effect<void> | undefined
  taskEnded(task: TaskNode): void
  now(): number
  readonly clock: Clock.Clock | undefined
}

/** Somebody whose business the end of a task is: the caller of `start` until it is ready, or a joiner. */
export interface Claim {
  /** As things stand, a failure is not the group's. */
  readonly open: boolean
  /** For those who watch: the task has begun. */
  begun?(task: TaskNode): void
  /** Says whether this has taken the task's failure over from the group. */
  ended(task: TaskNode, exit: Exit.Exit<unknown, unknown>): boolean
}

const daemonBit = 16
const startedBit = 32
const admittedBit = 64

type AnyEffect = Effect.Effect<any, any, any>

/** A task: a node of the cancel tree below its group, and the handle that the spawner gets. */
export class TaskNode extends CancelNode implements Task<any, any>, Started<unknown, unknown, Scope.Scope> {
  readonly id: number
  exit: Exit.Exit<unknown, unknown> | undefined = undefined
  /** Whose business the task's end is, if it is not the group's. */
  declare claim: Claim | undefined
  /** What the release of the task's resources died of. */
  declare cleanup: Cause.Cause<unknown> | undefined
  /** What would have started it, if it stands in line for room. */
  declare parked: Wakeable | undefined
  declare private awaiters: Waiters<Exit.Exit<unknown, unknown>> | undefined

  constructor(id: number, name: string | undefined, daemon: boolean) {
    super(name)
    this.id = id
    if (daemon) this.turn(daemonBit, true)
  }

  /** It does not keep its group open. */
  get daemon(): boolean {
    return this.is(daemonBit)
  }

  get started(): boolean {
    return this.is(startedBit)
  }

  /** It has a place in a group with a limit, which it gives back at its end. */
  get admitted(): boolean {
    return this.is(admittedBit)
  }

  admit(): void {
    this.turn(admittedBit, true)
  }

  protected get owner(): Owner {
    // Sound: only a group attaches a task, to itself, or refuses it.
    return this.parent as unknown as Owner
  }

  override get home(): TaskNode {
    return this
  }

  override get shortName(): string | number {
    return this.called ?? this.id
  }

  protected override nameByDefault(): string {
    return nameInGroup(this.owner.name, this.id)
  }

  /** Starts the task on the present stack, with its spawner's context, unless it was cancelled before. */
  start(code: AnyEffect, spawner: Context.Context<never>): void {
    this.startWith(main(this, code, undefined), spawner)
  }

  /** As `start`; the first act of `main` is to call `begin`. */
  startWith(main: AnyEffect, spawner: Context.Context<never>): void {
    if (this.exit !== undefined) return
    // Marked, and not told yet: it never begins.
    if (this.trace !== undefined) return this.deliver()
    this.turn(startedBit, true)
    // Its resources are its own: what it acquires is released when it ends.
    const context: Context.Context<Scope.Scope> = Context.addUnsafe(
      Context.addUnsafe(spawner, CurrentNode.key, this),
      Scope.Scope.key,
      new TaskScope()
    )
    startFiber(this.queue!, context, main, this, false)
  }

  /** The first act of its fiber. */
  begin(fiber: Fiber.Fiber<unknown, unknown>): void {
    this.fiber = fiber
    watchTask(this, fiber)
    if (this.watched && (this.awaiters !== undefined || this.claim !== undefined)) this.tellWaiting()
  }

  /** Those who have come to wait for it before it had a number. */
  private tellWaiting(): void {
    for (const awaiter of this.awaiters?.all() ?? []) if (awaiter instanceof Waiter) awaiter.waitsFor("task", this)
    this.claim?.begun?.(this)
  }

  /** A task that has not begun never does. */
  override deliver(): void {
    if (this.started || this.hasEnded || this.trace === undefined) return super.deliver()
    this.delivered = true
    this.finish(Exit.interrupt())
    if (this.parked === undefined) return
    this.queue!.enqueue(this.parked)
    this.parked = undefined
  }

  /** The task's code has ended. Its resources are released in a fiber of its own: most tasks have none, and no cost. */
  end(exit: Exit.Exit<unknown, unknown>, context: Context.Context<Scope.Scope>): void {
    // Sound: `start` put it there.
    const resources = Context.get(context, Scope.Scope) as Scope.Closeable
    const epilogue = this.owner.epilogueOf(this, exit, resources)
    if (epilogue === undefined) return this.finish(exitThatCounts(this, exit))
    this.release(exit, epilogue, context)
  }

  /** A function of its own: a closure in `end` would be paid for by every task. */
  private release(
    exit: Exit.Exit<unknown, unknown>,
    epilogue: Effect.Effect<void>,
    context: Context.Context<Scope.Scope>
  ): void {
    startEpilogue(this, epilogue, context, () => this.finish(exitThatCounts(this, exit)))
  }

  protected finish(exit: Exit.Exit<unknown, unknown>): void {
    this.exit = exit
    // Interrupted by somebody who knows only the fiber: nobody gave a reason.
    if (this.trace === undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) {
      this.trace = traceOf(this, { _tag: "Requested" }, this.owner.now(), undefined)
    }
    unwatchTask(this, exit)
    this.detach()
    this.owner.taskEnded(this)
    if (this.awaiters === undefined) return
    this.awaiters.giveAll(exit)
    this.awaiters = undefined
  }

  /** Never begins, because its group was cancelled or closed before it was spawned. */
  refused(group: CancelNode, why: CancelTrace): void {
    this.parent = group
    this.trace = why
    this.exit = Exit.interrupt()
    this.hasEnded = true
  }

  get await(): Effect.Effect<Exit.Exit<any, any>> {
    return Effect.map(this.awaitPlain, (_) => this.outcome)
  }

  get ended(): Clause<Exit.Exit<any, any>> {
    return taskEnd(this)
  }

  /** The exit of a task that has ended; of one that was cancelled, with the trace. */
  get outcome(): Exit.Exit<unknown, unknown> {
    const exit = this.exit!
    if (this.trace === undefined || Exit.isSuccess(exit) || !Cause.hasInterruptsOnly(exit.cause)) return exit
    return Exit.failCause(Cause.annotate(exit.cause, Context.make(TraceAnnotation, this.trace)))
  }

  private get awaitPlain(): Effect.Effect<Exit.Exit<any, any>> {
    return awaitTask(this, undefined, undefined)
  }

  awaitNow(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<Exit.Exit<any, any>> {
    if (this.exit !== undefined) return Effect.succeed(this.exit)
    const register = (awaiter: Waiter<Exit.Exit<unknown, unknown>>) => this.register(awaiter)
    return waitHere<Exit.Exit<unknown, unknown>, never>(fiber, register, this.awaitPlain, "task", this)
  }

  private register(awaiter: Waiter<Exit.Exit<unknown, unknown>>): (() => void) | undefined {
    if (this.exit !== undefined) return undefined
    this.add(awaiter)
    return () => this.remove(awaiter)
  }

  /** Somebody awaits the end, which has not come yet. */
  add(awaiter: Recipient<Exit.Exit<unknown, unknown>>): void {
    if (this.awaiters === undefined) this.awaiters = new Waiters(awaiter)
    else this.awaiters.add(awaiter)
  }

  /** Somebody awaits it no more. */
  remove(awaiter: Recipient<Exit.Exit<unknown, unknown>>): void {
    this.awaiters?.remove(awaiter)
  }

  get join(): Effect.Effect<any, any> {
    return join(this, undefined, undefined)
  }

  joinNow(): Effect.Effect<any, any> {
    return this.exit === undefined
      ? Effect.flatMap(this.awaitPlain, (exit) => this.joined(exit))
      : this.joined(this.exit)
  }

  private joined(exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> {
    if (Exit.isSuccess(exit) || !Cause.hasInterruptsOnly(exit.cause)) return exit
    return Exit.die(new TaskCancelled({ task: this.name, trace: this.trace! }))
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

/** What a task's fiber runs: it names the fiber, and goes on with the task's code. */
const main = primitive((fiber, task: TaskNode, effect: AnyEffect) => {
  task.begin(fiber)
  return effect
})

const awaitTask = primitive((fiber, task: TaskNode) =>
  tellFirst(fiber) ? Effect.withFiber((fiber) => task.awaitNow(fiber)) : task.awaitNow(fiber)
)

const join = primitive(
  (fiber, task: TaskNode): Effect.Effect<any, any> =>
    tellFirst(fiber, task.parent) ? Effect.suspend(() => task.joinNow()) : task.joinNow(),
  (step, fiber, { exit, parent }) =>
    exit !== undefined && !tellFirst(fiber, parent) && Exit.isSuccess(exit) && step.succeed(exit.value)
)
