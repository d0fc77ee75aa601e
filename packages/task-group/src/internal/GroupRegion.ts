/**
 * A running group.
 *
 *   open     the body runs, or it has ended and tasks still run. Tasks may be spawned.
 *   closing  a failure, an outer cancel or `close`: see `closing`. Tasks spawned now never begin.
 *   closed   body and tasks have ended; the body's resources are being released. To spawn is misuse.
 *
 * Invariant: `live` and `daemons` count the tasks that were spawned and have not ended, begun or not; `bursts` the
 * fibers that are about to start some. The body's fiber waits until all are 0; when `live` and `bursts` are, the
 * daemons are cancelled.
 */
import {
  type CancelReason,
  type CancelTrace,
  cancelNode,
  causeOf,
  type Failure,
  failuresIn,
  failWith,
  interruptedBy,
  missingIn,
  nowOn,
  Region,
  reportAll,
  traceOf
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { Burst } from "./Burst.ts"
import { Completions } from "./Completions.ts"
import { Room } from "./Room.ts"
import { type Owner, TaskNode } from "./TaskNode.ts"

/** What a supervised group does with a failure. */
export type OnFailure = (cause: Cause.Cause<any>, task: TaskNode) => Effect.Effect<unknown, never, any>

type AnyEffect = Effect.Effect<any, any, any>

export class GroupRegion extends Region<void, never> implements Owner {
  readonly room: Room
  private readonly onFailure: OnFailure | undefined
  private readonly resources = Scope.makeUnsafe()
  private readonly failed: Array<Failure> = []
  private bodyEnd: Exit.Exit<unknown, unknown> | undefined = undefined
  private bodyFailed: Array<Failure> = []
  /** What nobody is given, because it came after the group had its result: it only goes to the failure hook. */
  private readonly late: Array<Failure> = []
  private spawned = 0
  live = 0
  daemons = 0
  private bursts = 0
  /** Body and tasks have ended. */
  over = false
  private failing = false
  private decided = false
  private closeTrace: CancelTrace | undefined = undefined
  /** The tasks that are closing the group, and wait for the others. */
  readonly closers = new Set<TaskNode>()
  private daemonsTold = false
  private burst: Burst | undefined = undefined
  private readers: Set<Completions> | undefined = undefined
  private onEmpty: ((effect: Effect.Effect<void>) => void) | undefined = undefined

  constructor(name: string, limit: number, onFailure: OnFailure | undefined) {
    super(name)
    this.room = new Room(limit)
    this.onFailure = onFailure
  }

  override get home(): GroupRegion {
    return this
  }

  override get bodyExit(): Exit.Exit<unknown, unknown> {
    return this.bodyEnd ?? this.exit!
  }

  /** Why tasks that are spawned now never begin. */
  get closing(): CancelTrace | undefined {
    return this.trace ?? this.closeTrace
  }

  override onMarked(): void {
    this.room.turnAway()
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
    this.bodyEnd = exit
    if (Exit.isFailure(exit)) {
      const failed = failuresIn(exit.cause, this.name)
      // The body's come first, unless it was cancelled: what its cleanup died of came after what cancelled it.
      if (this.trace === undefined) this.bodyFailed = failed
      else this.failed.push(...failed)
      this.cancelAll(this.name, exit.cause)
    }
    this.tellDaemons()
    return this.whenEmpty(exit)
  }

  /** Looks again after the wait, in the step that closes the group: somebody may have spawned in between. */
  private whenEmpty(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    return this.isEmpty ? this.release(exit) : Effect.flatMap(this.empty, () => this.whenEmpty(exit))
  }

  /** The body's resources go last, and see how the group ends: a transaction must not commit when a task has failed. */
  private release(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    this.over = true
    this.room.turnAway()
    const release = Scope.closeUnsafe(this.resources, this.exitWith(exit))
    if (release === undefined) return Effect.void
    return Effect.catchCause(release, (cause) =>
      Effect.sync(() => {
        this.failed.push(...failuresIn(cause, this.name))
      })
    )
  }

  private exitWith(exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> {
    const failed = [...this.bodyFailed, ...this.failed]
    if (failed.length > 0) return Exit.failCause(causeOf(failed))
    return this.trace === undefined || this.decided ? exit : Exit.interrupt()
  }

  /** Looks in the step in which it begins to wait: the scheduler may give way between two operations. */
  private readonly empty: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.isEmpty) resume(Effect.void)
    else this.onEmpty = resume
  })

  private get isEmpty(): boolean {
    return this.live === 0 && this.daemons === 0 && this.bursts === 0
  }

  /** What the group is for has been had: the rest is cancelled, and that is no failure. */
  decide(): void {
    if (this.decided) return
    this.decided = true
    const reason: CancelReason = { _tag: "GroupClosed", group: this.name }
    this.queue!.enqueue({ wake: () => cancelNode(this, traceOf(this, reason, this.now(), this.name), true) })
  }

  /** What the group ends with: its failures, the body's first, then in time order; else the body's value. */
  result(exit: Exit.Exit<void, never>): Effect.Effect<any, any> {
    const told = this.late.length === 0 ? Effect.void : reportAll(this.late, this.name)
    const all = [...this.bodyFailed, ...this.failed]
    if (all.length > 0) return Effect.andThen(told, failWith(all, this.name))
    const ended = this.decided ? Exit.void : (this.bodyEnd ?? exit)
    if (Exit.isFailure(ended)) return Effect.andThen(told, interruptedBy(this, ended.cause))
    return this.late.length === 0 ? ended : Effect.andThen(told, ended)
  }

  /** What the next task is called that is given no name. */
  get nextName(): string {
    return `${this.name}/${this.spawned + 1}`
  }

  create(name: string | undefined, daemon: boolean): TaskNode {
    return new TaskNode(++this.spawned, name, daemon)
  }

  own(task: TaskNode): TaskNode {
    task.attach(this)
    if (task.daemon) this.daemons++
    else this.live++
    return task
  }

  /** In a group that is being cancelled or closed: the handle is cancelled already, and the task never begins. */
  refuse(task: TaskNode): TaskNode {
    task.refused(this, this.closing!)
    return task
  }

  /** Starts a task that has a place, now or on the next turn. */
  admit(
    task: TaskNode,
    effect: AnyEffect,
    fiber: Fiber.Fiber<unknown, unknown>,
    context: Context.Context<never>,
    immediate: boolean
  ): TaskNode {
    this.own(task)
    task.admit()
    if (immediate && this.queue!.shallow) {
      task.start(effect, context)
      return task
    }
    if (this.burst === undefined || !this.burst.takes(fiber, context)) {
      this.burst = this.newBurst(fiber, context)
      this.queue!.enqueue(this.burst)
    }
    this.burst.add(task, effect)
    return task
  }

  /** Starts a task when there is room for it. */
  queueUp(task: TaskNode, effect: AnyEffect, context: Context.Context<never>): TaskNode {
    const burst = this.newBurst(undefined, context)
    burst.add(this.own(task), effect)
    task.parked = burst
    const admit = (): void => {
      task.admit()
      this.queue!.enqueue(burst)
    }
    this.room.stand({
      admit,
      get gone() {
        return task.exit !== undefined
      }
    })
    return task
  }

  private newBurst(fiber: Fiber.Fiber<unknown, unknown> | undefined, context: Context.Context<never>): Burst {
    this.bursts++
    return new Burst(fiber, context, this.queue!, () => {
      this.bursts--
      this.oneLess()
    })
  }

  epilogueOf(
    task: TaskNode,
    exit: Exit.Exit<unknown, unknown>,
    resources: Scope.Closeable
  ): Effect.Effect<void> | undefined {
    const release = Scope.closeUnsafe(resources, exit)
    if (release === undefined) return this.onFailure === undefined ? undefined : this.handOn(task, exit)
    const released = Effect.catchCause(release, (cause) =>
      Effect.sync(() => {
        task.cleanup = cause
      })
    )
    if (this.onFailure === undefined) return released
    return Effect.flatMap(released, () => this.handOn(task, exit) ?? Effect.void)
  }

  /** In a supervised group: what does with the failure of a task as it was asked to. */
  private handOn(task: TaskNode, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> | undefined {
    const failure = this.exitOf(task, exit)
    if (task.claim?.open === true || Exit.isSuccess(failure) || Cause.hasInterruptsOnly(failure.cause)) return undefined
    // Sound: the hook's requirements are in the signature of `supervised`, and it is given their context there.
    return Effect.asVoid(Effect.suspend(() => this.onFailure!(failure.cause, task))) as Effect.Effect<void>
  }

  exitOf(task: TaskNode, exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> {
    const { cleanup } = task
    if (cleanup === undefined && Exit.isSuccess(exit)) return exit
    const own = Exit.isSuccess(exit) ? [] : failuresIn(exit.cause, task.name)
    const all = cleanup === undefined ? own : [...own, ...failuresIn(cleanup, task.name)]
    // A task that was cancelled and failed has failed: nobody who gets its exit is to be taken for cancelled.
    if (all.length > 0) return Exit.failCause(causeOf(all))
    // Cut short, but nothing failed: it was cancelled, maybe in its cleanup too.
    return Exit.isFailure(exit) || cleanup === undefined ? exit : Exit.failCause(cleanup)
  }

  taskEnded(task: TaskNode): void {
    const exit = task.exit!
    const claimed = task.claim?.ended(task, exit) === true
    if (Exit.isFailure(exit)) {
      if (this.onFailure === undefined && !claimed) this.keepFailures(task, exit.cause)
      else this.keepRiding(task, exit.cause)
    }
    if (task.unseen !== undefined) this.late.push(...missingIn(task.unseen, exit))
    if (task.admitted) this.room.leave()
    if (task.daemon) this.daemons--
    else this.live--
    if (this.readers !== undefined) for (const reader of this.readers) reader.add(task)
    this.oneLess()
  }

  private keepFailures(task: TaskNode, cause: Cause.Cause<unknown>): void {
    const failed = failuresIn(cause, task.name)
    if (failed.length === 0) return
    // The group had all it was there for when it told its daemons to go: how they clean up does not change that.
    if (task.daemon && this.daemonsTold && this.trace === undefined) {
      this.late.push(...failed)
      return
    }
    this.failed.push(...failed)
    this.cancelAll(task.name, cause)
  }

  /** What a task fails with that was cancelled because the group had what it was for: nobody asks for it. */
  keepLate(task: TaskNode, cause: Cause.Cause<unknown>): void {
    this.late.push(...failuresIn(cause, task.name))
  }

  /** Whoever takes an error over sees it, and not the defects that ride along. */
  private keepRiding(task: TaskNode, cause: Cause.Cause<unknown>): void {
    if (Cause.hasFails(cause))
      this.late.push(...failuresIn(cause, task.name).filter((f) => Cause.isDieReason(f.reason)))
  }

  /** A task or a burst has ended: daemons may have to go, the body may go on, readers may have come to the end. */
  private oneLess(): void {
    if (this.readers !== undefined) for (const reader of this.readers) reader.changed()
    this.tellDaemons()
    if (!this.isEmpty || this.onEmpty === undefined) return
    const resume = this.onEmpty
    this.onEmpty = undefined
    this.queue!.nestedOrLater({ wake: () => resume(Effect.void) })
  }

  private tellDaemons(): void {
    if (this.daemons === 0 || this.live > 0 || this.bursts > 0 || this.bodyEnd === undefined) return
    this.daemonsTold = true
    this.cancelTasks({ _tag: "GroupClosed", group: this.name }, this.name)
  }

  /** Behind what is already woken: two failures of one instant are both kept, and no stack grows. */
  private cancelAll(task: string, cause: Cause.Cause<unknown>): void {
    if (this.failing || this.trace !== undefined) return
    this.failing = true
    const reason: CancelReason = Cause.hasInterruptsOnly(cause)
      ? { _tag: "Requested" }
      : { _tag: "TaskFailed", task, cause }
    this.queue!.enqueue({
      wake: () => cancelNode(this, traceOf(this, reason, this.now(), task), true)
    })
  }

  now(): number {
    return nowOn(this.clock!)
  }

  /** The tasks that have not ended, first spawned first. */
  tasks(): Array<TaskNode> {
    const tasks: Array<TaskNode> = []
    for (let node = this.firstChild; node !== undefined; node = node.next)
      if (node instanceof TaskNode) tasks.push(node)
    return tasks
  }

  cancelTasks(reason: CancelReason, by: string, except?: TaskNode): void {
    const at = this.now()
    for (const task of this.tasks()) {
      if (task !== except) cancelNode(task, traceOf(task, reason, at, by), true)
    }
  }

  /** From now on no task begins that is not spawned yet. */
  refuseNewTasks(by: string): CancelReason {
    const reason: CancelReason = { _tag: "GroupClosed", group: this.name }
    this.closeTrace ??= traceOf(this, reason, this.now(), by)
    this.room.turnAway()
    return reason
  }

  read(): Completions {
    const reader = new Completions(() => this.live === 0)
    this.readers ??= new Set()
    this.readers.add(reader)
    return reader
  }

  stopReading(reader: Completions): void {
    this.readers?.delete(reader)
  }
}
