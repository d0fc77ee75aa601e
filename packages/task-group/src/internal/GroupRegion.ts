/**
 * A running group: does what `groupState`, where its states are, says. It has the fibers, the clock and the queue.
 *
 * It is long because tasks, body, daemons and limits meet here and nowhere else; what of it decides is in `groupState`.
 *
 * The body's fiber runs the body and nothing else. Whoever is last, body or task, ends the group; if the body has
 * acquired anything, that is released in a fiber of its own first. (docs/adr/0008)
 *
 * Invariant: `waitsBit` is set from the end of the body's fiber until nothing of the group is left.
 * Invariant: a cancel of the group that is its own goes through the wake queue, behind what is already woken.
 */
import {
  type CancelReason,
  type CancelTrace,
  cancelBelow,
  cancelNode,
  causeOf,
  type Failure,
  failuresIn,
  failWith,
  type Finish,
  interruptedBy,
  missingIn,
  nowOn,
  Region,
  reportAll,
  runRegion,
  traceOf,
  type WaitTarget
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { tasksOf, tellAwaitsTasks, tellGoesOn } from "./awaitsTasks.ts"
import { Burst } from "./Burst.ts"
import { Completions } from "./Completions.ts"
import { exitThatCounts } from "./exitThatCounts.ts"
import {
  bodyEnded,
  bodyFailed,
  burstBegan,
  burstEnded,
  close,
  decide,
  end,
  endingOf,
  failuresOf,
  type GroupState,
  keepLate,
  newGroup,
  next,
  type Phase,
  phaseOf,
  releaseFailed,
  take,
  taskEnded,
  taskFailed,
  taskSpawned
} from "./groupState.ts"
import type { Laggards } from "./Laggards.ts"
import { LimitedTask } from "./LimitedTask.ts"
import { Room } from "./Room.ts"
import { startEpilogue } from "./startEpilogue.ts"
import { type Owner, TaskNode } from "./TaskNode.ts"

/** What a supervised group does with a failure. */
export type OnFailure = (cause: Cause.Cause<any>, task: TaskNode) => Effect.Effect<unknown, never, any>

const interrupted = Exit.interrupt()

const waitsBit = 16
/** Who watches was told that it waits for its tasks. */
const toldBit = 32

type AnyEffect = Effect.Effect<any, any, any>

export class GroupRegion extends Region<unknown, unknown> implements Owner {
  readonly room: Room
  private readonly onFailure: OnFailure | undefined
  private readonly resources = Scope.makeUnsafe()
  private readonly state = newGroup()
  /** The tasks that are closing the group, and wait for the others. */
  closers: Set<TaskNode> | undefined = undefined
  private burst: Burst | undefined = undefined
  private readers: Set<Completions> | undefined = undefined
  /** The context around the group. */
  private outer: Context.Context<never> | undefined = undefined
  /** There when it has a `cleanupTimeout`. */
  laggards: Laggards | undefined = undefined
  /** Its time to clean up is over. */
  private overdue = false
  /** What stood when the group was let go: its result. */
  private settled: GroupState | undefined = undefined

  constructor(name: string, limit: number, onFailure: OnFailure | undefined) {
    super(name)
    this.room = new Room(limit)
    this.onFailure = onFailure
  }

  override get kind() {
    return "group" as const
  }

  override get home(): GroupRegion {
    return this
  }

  override get bodyExit(): Exit.Exit<unknown, unknown> {
    return this.state.bodyExit ?? this.exit!
  }

  /** A failure has led to its cancel, which may be on its way. */
  get failing(): boolean {
    return this.state.failing
  }

  get phase(): Phase {
    return phaseOf(this.state, this.trace !== undefined)
  }

  /** Why tasks that are spawned now never begin. */
  get closing(): CancelTrace | undefined {
    return this.trace ?? this.state.closed
  }

  /** The tasks that have not ended, daemons too. */
  get size(): number {
    return this.state.live + this.state.daemons
  }

  override onEntered(): void {
    if (this.laggards !== undefined) this.startedAt = this.now()
  }

  override onMarked(): void {
    this.room.turnAway()
    if (this.clock !== undefined) this.laggards?.began(this, this.clock)
  }

  /** One that was cancelled before it was entered has run nothing. */
  override onEnded(): void {
    end(this.state, false)
    this.laggards?.ended(this)
  }

  /** Behind its tasks, which are due, too, and what their end wakes: with the last of them gone the body may end in time. */
  override letGo(): void {
    this.overdue = true
    if (this.size === 0) this.queue!.enqueue({ wake: () => super.letGo() })
  }

  override onLeftBehind(): void {
    this.laggards!.report(this, this.now())
    this.settled = take(this.state)
  }

  protected override failedLate(exit: Exit.Exit<unknown, unknown>): ReadonlyArray<Failure> {
    return [...failuresOf(this.state), ...this.state.late, ...super.failedLate(exit)]
  }

  override contextFrom(outer: Context.Context<never>): Context.Context<never> {
    this.outer = outer
    return Context.addUnsafe(super.contextFrom(outer), Scope.Scope.key, this.resources)
  }

  /** What the body changed in its context stays there: the resource scope is part of it. */
  override onBodyEnded(exit: Exit.Exit<unknown, unknown>): void {
    bodyEnded(this.state, exit)
    if (Exit.isFailure(exit) && bodyFailed(this.state, failuresIn(exit.cause, this.name), this.trace !== undefined))
      this.cancelFor(this.name, exit.cause)
  }

  /** The body's fiber has ended. No fiber waits for the tasks: the last of them ends the group. */
  override end(exit: Exit.Exit<unknown, unknown>): void {
    this.fiber = undefined
    // A scheduler may have given way before the first operation, and the body then never began.
    if (this.state.bodyExit === undefined) this.onBodyEnded(exit)
    this.turn(waitsBit, true)
    this.endIfEmpty()
    if (this.is(waitsBit) && tellAwaitsTasks(this)) this.turn(toldBit, true)
  }

  /** Whoever waits for room in it waits for its tasks. */
  get target(): WaitTarget | undefined {
    return tasksOf(this)
  }

  /** Nobody can spawn between the look and the end. */
  private endIfEmpty(): void {
    // In this order: to tell the daemons may end the last of them, and with it the group.
    if (!this.proceed() || !this.is(waitsBit)) return
    this.turn(waitsBit, false)
    if (this.is(toldBit)) tellGoesOn(this)
    end(this.state, this.trace !== undefined)
    this.room.turnAway()
    const release = Scope.closeUnsafe(this.resources, this.exitWith(this.state.bodyExit!))
    if (release === undefined) this.leave(Exit.void, this.outer)
    else this.release(release)
  }

  /** The body's resources go last, and see how the group ends: a transaction must not commit when a task has failed. */
  private release(release: Effect.Effect<void>): void {
    const released = Effect.catchCause(release, (cause) =>
      Effect.sync(() => {
        releaseFailed(this.state, failuresIn(cause, this.name))
      })
    )
    // Sound: it was set before the body began.
    const context = super.contextFrom(this.outer!)
    startEpilogue(this, released, context, () => this.leave(Exit.void, context))
  }

  private exitWith(exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> {
    const state = this.settled ?? this.state
    const ending = endingOf(state, this.trace !== undefined)
    if (ending === "failed") return Exit.failCause(causeOf(failuresOf(state)))
    return ending === "cut" ? interrupted : exit
  }

  /** What the group is for has been had: the rest is cancelled, and that is no failure. */
  decide(): void {
    if (decide(this.state)) this.cancelLater({ _tag: "GroupClosed", group: this.name }, this.name)
  }

  /** What the group ends with: its failures, the body's first, then in time order; else the body's value. */
  result(exit: Exit.Exit<unknown, unknown>): Effect.Effect<any, any> {
    const ended = this.resultOf(this.settled ?? this.state, exit)
    return this.laggards === undefined ? ended : Effect.andThen(this.laggards.told, ended)
  }

  private resultOf(state: GroupState, exit: Exit.Exit<unknown, unknown>): Effect.Effect<any, any> {
    const { bodyExit, late } = state
    const told = late.length === 0 ? Effect.void : reportAll(late, this.name)
    const ending = endingOf(state, this.trace !== undefined)
    if (ending === "failed") return Effect.andThen(told, failWith(failuresOf(state), this.name))
    const ended = ending === "decided" ? Exit.void : (bodyExit ?? exit)
    if (Exit.isFailure(ended)) return Effect.andThen(told, interruptedBy(this, ended.cause))
    return late.length === 0 ? ended : Effect.andThen(told, ended)
  }

  /** What the next task is called that is given no name. */
  get nextName(): string {
    return `${this.name}/${this.state.spawned + 1}`
  }

  create(name: string | undefined, daemon: boolean): TaskNode {
    const id = ++this.state.spawned
    return this.laggards === undefined
      ? new TaskNode(id, name, daemon)
      : new LimitedTask(id, name, daemon, this.laggards, this.now())
  }

  own(task: TaskNode): TaskNode {
    task.attach(this)
    taskSpawned(this.state, task.daemon)
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
    this.place(task)
    if (immediate && this.queue!.shallow) {
      task.start(effect, context)
      return task
    }
    return this.startLater(task, effect, fiber, context)
  }

  protected place(task: TaskNode): void {
    this.own(task)
    task.admit()
  }

  protected startLater(
    task: TaskNode,
    effect: AnyEffect,
    fiber: Fiber.Fiber<unknown, unknown>,
    context: Context.Context<never>
  ): TaskNode {
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
      task.parked = undefined
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
    burstBegan(this.state)
    const burst = new Burst(fiber, context, this.queue!, () => {
      // It keeps the fiber that spawned, and takes no more.
      if (this.burst === burst) this.burst = undefined
      burstEnded(this.state)
      this.oneLess()
    })
    return burst
  }

  epilogueOf(
    task: TaskNode,
    exit: Exit.Exit<unknown, unknown>,
    resources: Scope.Closeable
  ): Effect.Effect<void> | undefined {
    const release = Scope.closeUnsafe(resources, exit)
    if (release === undefined) return this.onFailure === undefined ? undefined : this.handOn(task, exit)
    return this.releasing(task, exit, release)
  }

  /** A function of its own: a closure in `epilogueOf` would be paid for by every task. */
  private releasing(
    task: TaskNode,
    exit: Exit.Exit<unknown, unknown>,
    release: Effect.Effect<void>
  ): Effect.Effect<void> {
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
    const failure = exitThatCounts(task, exit)
    if (task.claim?.open === true || Exit.isSuccess(failure) || Cause.hasInterruptsOnly(failure.cause)) return undefined
    // Sound: the hook's requirements are in the signature of `supervised`, and it is given their context there.
    return Effect.asVoid(Effect.suspend(() => this.onFailure!(failure.cause, task))) as Effect.Effect<void>
  }

  taskEnded(task: TaskNode): void {
    const exit = task.exit!
    const claimed = task.claim?.ended(task, exit) === true
    if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) {
      const failed = failuresIn(exit.cause, task.name)
      const taken = claimed || this.onFailure !== undefined
      if (taskFailed(this.state, failed, taken, task.daemon, this.trace !== undefined))
        this.cancelFor(task.name, exit.cause)
    }
    if (task.unseen !== undefined) keepLate(this.state, missingIn(task.unseen, exit))
    if (task.admitted) this.room.leave()
    taskEnded(this.state, task.daemon)
    if (this.readers !== undefined) for (const reader of this.readers) reader.add(task)
    this.oneLess()
    if (this.overdue) this.letGo()
  }

  /** What a task fails with that was cancelled because the group had what it was for: nobody asks for it. */
  keepLate(task: TaskNode, cause: Cause.Cause<unknown>): void {
    keepLate(this.state, failuresIn(cause, task.name))
  }

  /** A task or a burst has ended: daemons may have to go, the body may go on, readers may have come to the end. */
  private oneLess(): void {
    if (this.readers !== undefined) for (const reader of this.readers) reader.changed()
    this.endIfEmpty()
  }

  /** Does what is to be done next, and says whether the body's fiber goes on. */
  private proceed(): boolean {
    let step = next(this.state)
    // Again: to be told may end a daemon in this very step.
    for (; step === "tellDaemons"; step = next(this.state))
      this.cancelTasks({ _tag: "GroupClosed", group: this.name }, this.name)
    return step === "goOn"
  }

  private cancelFor(task: string, cause: Cause.Cause<unknown>): void {
    this.cancelLater(Cause.hasInterruptsOnly(cause) ? { _tag: "Requested" } : { _tag: "TaskFailed", task, cause }, task)
  }

  /** Behind what is already woken: two failures of one instant are both kept, and no stack grows. */
  private cancelLater(reason: CancelReason, by: string): void {
    this.queue!.enqueue({ wake: () => cancelNode(this, traceOf(this, reason, this.now(), by), true) })
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
    const trace = traceOf(this, reason, this.now(), by)
    cancelBelow(this, trace, (child) => child instanceof TaskNode && child !== except)
  }

  /** From now on no task begins that is not spawned yet. */
  refuseNewTasks(by: string): CancelReason {
    const reason: CancelReason = { _tag: "GroupClosed", group: this.name }
    close(this.state, traceOf(this, reason, this.now(), by))
    this.room.turnAway()
    return reason
  }

  read(): Completions {
    const reader = new Completions(this, () => this.state.live === 0)
    this.readers ??= new Set()
    this.readers.add(reader)
    return reader
  }

  stopReading(reader: Completions): void {
    this.readers?.delete(reader)
  }
}

/** Runs the body of a group, and goes on with what the group ends with. */
export const runBodyOf = (region: GroupRegion, body: AnyEffect): Effect.Effect<any, any, never> =>
  // Sound: what the body requires is in the signatures of those who offer groups.
  runRegion(region, body as Effect.Effect<unknown, unknown>, result)

// Sound: it is given to `runRegion` with a group, and gets that.
const result: Finish<unknown, unknown, any, any, never> = (exit, _, region) => (region as GroupRegion).result(exit)
