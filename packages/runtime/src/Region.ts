/**
 * A region of code in a fiber of its own: what cancel scopes, timeouts and groups are made of.
 *
 *   new       not entered. It may have been marked: then it ends when it is entered, and runs nothing.
 *   entered   in the tree, below its parent's node. `fiber` runs the body.
 *   ended     `exit` is set, and stays. Out of the tree and of the deadlines. Of one that was let go the fiber still
 *             runs; what it ends with is only reported.
 *
 * Effect's interruption is for a fiber's whole life, so a region that can be cancelled, and left with a value, needs a
 * fiber. The parent starts it on its own stack and waits in one place; if the body never waits, the parent does not
 * either. While the parent waits:
 *
 *   its fiber is interrupted   what it waits for is marked as cancelled, unless a shield keeps that out, and the
 *                              parent goes on waiting, masked, for the end of the cleanup.
 *   the region ends            the parent goes on with what `finish` makes of the exit. If an outer node was marked
 *                              and its fiber not told yet, it is told first: no handler runs in a cancelled scope.
 *
 * Invariant: the parent goes on once, and never before the region has ended.
 * Invariant: `pending` is the first cancel that came while the shield was up; taking the shield down acts on it.
 */
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { CancelNode, type NodeKind, taskNameOf } from "./CancelNode.ts"
import { cancelNode, traceOf } from "./cancelling.ts"
import type { CancelTrace } from "./CancelReason.ts"
import { CurrentNode, currentNode, tellFirst } from "./currentNode.ts"
import { removeDeadline, setDeadline } from "./Deadlines.ts"
import { type Failure, failures, failuresIn, missingIn, reportAll } from "./failures.ts"
import { type Watch, watchScope } from "./observer.ts"
import { primitive } from "./primitive.ts"
import { fork } from "./startFiber.ts"
import { clockOf, nowOn } from "./time.ts"
import { type WakeQueue, wakeQueueOf } from "./WakeQueue.ts"

/**
 * The node of a region. It is used once.
 *
 * @category building
 * @since 0.1.0
 */
export class Region<A, E> extends CancelNode {
  override requested: CancelTrace | undefined = undefined
  override deadlineAt: number | undefined = undefined
  protected override ownWatch: Watch | undefined = undefined
  /** Its place among the deadlines of its clock; -1 when it has none there. */
  heapPlace = -1
  /** When it was entered, for a region that has read the clock. */
  startedAt: number | undefined = undefined
  private wakes: WakeQueue | undefined = undefined
  private within: CancelNode | undefined = undefined
  exit: Exit.Exit<A, E> | undefined = undefined
  clock: Clock.Clock | undefined = undefined
  /** The context that a body which succeeded has left behind, if it changed it: the parent goes on with it. */
  changed: Context.Context<never> | undefined = undefined
  /** Entered where interruption is masked: it cannot be unshielded, because no outer cancel can be seen there. */
  masked = false
  /** The outer cancel that the shield has kept out so far. */
  private pending: CancelTrace | undefined = undefined
  private resume: ((effect: Effect.Effect<Region<any, any>>) => void) | undefined = undefined
  /** What the parent goes on with. */
  finish: Finish<any, any, any, any, any, any> | undefined = undefined

  override get kind(): NodeKind {
    return "region"
  }

  // Kept, and not looked up in the parent: regions nest without limit.
  override get home(): CancelNode | undefined {
    return this.within
  }

  override get queue(): WakeQueue | undefined {
    return this.wakes
  }

  override set queue(queue: WakeQueue | undefined) {
    this.wakes = queue
  }

  override attach(parent: CancelNode | undefined): void {
    super.attach(parent)
    this.within = this.parent?.home
  }

  /** An outer cancel, or a foreign interruption of the parent, has come as far as this region. */
  passOn(trace: CancelTrace): void {
    if (this.shielded) this.pending ??= trace
    else cancelNode(this, trace, false)
  }

  /** Takes the shield down: an outer cancel that it has kept out takes effect. */
  unshield(): void {
    if (this.masked) return
    this.shielded = false
    const outer = this.parent?.trace ?? this.pending
    if (outer !== undefined) cancelNode(this, outer, false)
  }

  /** The parent goes on when the region has ended. */
  whenEnded(resume: (effect: Effect.Effect<Region<any, any>>) => void): void {
    if (this.exit !== undefined) resume(Effect.succeed(this))
    else this.resume = resume
  }

  /** What the body's fiber starts with. */
  contextFrom(outer: Context.Context<never>): Context.Context<never> {
    return Context.addUnsafe(outer, CurrentNode.key, this)
  }

  /** The body has ended, and its fiber is about to; an interruption that was masked may still come in place of `exit`. */
  onBodyEnded(exit: Exit.Exit<unknown, unknown>, changed: Context.Context<never> | undefined): void {
    if (changed !== undefined && Exit.isSuccess(exit)) this.changed = changed
  }

  /** The body's fiber has ended with `exit`. A region that waits for more than that overrides this. */
  end(exit: Exit.Exit<A, E>, context?: Context.Context<never>): void {
    this.leave(exit, context)
  }

  /** The region leaves the tree, and the parent goes on. */
  leave(exit: Exit.Exit<A, E>, context?: Context.Context<never>): void {
    if (this.exit !== undefined) return this.endLate(exit, context!)
    this.exit = exit
    this.detach()
    if (this.heapPlace >= 0) removeDeadline(this.clock!, this)
    this.deadlineAt = undefined
    this.onEnded()
    this.observed?.closed()
    if (this.resume !== undefined) this.queue!.nestedOrLater(this)
  }

  /** Ends in this step though its fiber goes on, which was told to stop: what is left of it is awaited no more. */
  letGo(): void {
    this.deliver()
    // It may have ended of that.
    if (this.exit !== undefined) return
    this.onLeftBehind()
    this.leave(Exit.interrupt())
  }

  /** What was let go has ended after all. It changes nothing, but no failure is lost. */
  private endLate(exit: Exit.Exit<A, E>, context: Context.Context<never>): void {
    const failed = this.failedLate(exit)
    if (failed.length > 0) Effect.runForkWith(context)(reportAll(failed, this.name))
  }

  /** What it failed with after it was let go. */
  protected failedLate(exit: Exit.Exit<A, E>): ReadonlyArray<Failure> {
    const own = Exit.isSuccess(exit) ? [] : failuresIn(exit.cause, taskNameOf(this))
    return this.unseen === undefined ? own : [...missingIn(this.unseen, exit), ...own]
  }

  /** The parent goes on. Called on the stack on which the region ended, or from the wake queue. */
  wake(): void {
    const resume = this.resume
    this.resume = undefined
    resume?.(Effect.succeed(this))
  }

  /** How the code in the region has ended. */
  get bodyExit(): Exit.Exit<unknown, unknown> {
    return this.exit!
  }

  /** Called in the step in which the region is entered, before anything runs in it. */
  onEntered(): void {}

  /** Called in the step in which the region ends. */
  onEnded(): void {}

  /** Called in the step in which the region is let go, before it ends. */
  onLeftBehind(): void {}
}

/**
 * What a region's parent goes on with. `interrupted` says that the parent was interrupted while it waited: no handler
 * of its own will run any more. It is given the region, so that one function can serve them all.
 *
 * @category building
 * @since 0.1.0
 */
export type Finish<A, E, B, E2, R2, N = unknown> = (
  exit: Exit.Exit<A, E>,
  interrupted: boolean,
  region: N
) => Effect.Effect<B, E2, R2>

/**
 * What `Effect.uninterruptibleMask` gives: it runs an effect as interruptible as it was outside of the mask.
 *
 * @category building
 * @since 0.1.0
 */
export type Restore = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Runs `body` as the code of `region`, and goes on with what `finish` makes of its exit.
 *
 * - **Completes when** the body's fiber has ended, cleanup included.
 * - **When cancelled**, the region is cancelled, unless it is shielded, and its cleanup is awaited.
 *
 * A region that was cancelled before it is entered runs nothing: `finish` gets an interrupted exit.
 *
 * @category building
 * @since 0.1.0
 */
export const runRegion = <N extends Region<A, E>, A, E, R, B, E2, R2>(
  region: N & Region<A, E>,
  body: Effect.Effect<A, E, R>,
  finish: Finish<A, E, B, E2, R2, N>
): Effect.Effect<B, E2, R | R2> =>
  Effect.uninterruptibleMask((restore) => runRegionMasked(restore, region, body, finish))

/**
 * As `runRegion`, for who has masked interruption already, with the `restore` of that mask.
 *
 * @category building
 * @since 0.1.0
 */
export const runRegionMasked = <N extends Region<A, E>, A, E, R, B, E2, R2>(
  restore: Restore,
  region: N & Region<A, E>,
  body: Effect.Effect<A, E, R>,
  finish: Finish<A, E, B, E2, R2, N>
): Effect.Effect<B, E2, R | R2> => {
  const fiber = Fiber.getCurrent()!
  const queue = wakeQueueOf(fiber)
  region.finish = finish
  return queue.shallow
    ? start(region, body, fiber, queue, restore)
    : startAfter(takeTurn(queue), region, body, fiber, queue, restore)
}

/** A function of its own: a closure in `start` would be paid for by every region. */
const startAfter = (
  first: Effect.Effect<void>,
  region: Region<any, any>,
  body: AnyEffect,
  fiber: Fiber.Fiber<unknown, unknown>,
  queue: WakeQueue,
  restore: Restore
): AnyEffect => Effect.flatMap(restore(first), () => start(region, body, fiber, queue, restore))

type AnyEffect = Effect.Effect<any, any, any>

/** Past the depth limit the parent comes back on a fresh stack before it starts the child: nothing has begun yet. */
const takeTurn = (queue: WakeQueue): Effect.Effect<void> =>
  Effect.callback<void>((resume) => queue.enqueue({ wake: () => resume(Effect.void) }))

const start = (
  region: Region<any, any>,
  body: AnyEffect,
  fiber: Fiber.Fiber<unknown, unknown>,
  queue: WakeQueue,
  restore: Restore
): AnyEffect => {
  // Told only now that it is cancelled: the fiber stops at `restore` unless this is cleanup.
  if (tellFirst(fiber)) return startAfter(Effect.void, region, body, fiber, queue, restore)
  enter(region, fiber, queue, restore)
  if (region.trace !== undefined) region.leave(Exit.interrupt())
  else if (region.deadlineAt !== undefined) launchUntil(region, region.deadlineAt, body, fiber, queue)
  else launch(region, body, fiber, queue)
  if (region.exit !== undefined) return goOnWith(region, fiber, false)
  queue.settle()
  return region.exit === undefined ? wait(region, restore) : goOnWith(region, fiber, false)
}

const wait = (region: Region<any, any>, restore: Restore): AnyEffect =>
  Effect.matchCauseEffect(awaitEnd(region, restore, undefined), {
    onSuccess: goOn,
    onFailure: (cause) => afterInterrupt(region, cause)
  })

/** One small object until it runs: what the handlers stand behind is kept for as long as the wait lasts. */
const awaitEnd: (region: Region<any, any>, restore: Restore, _: undefined) => Effect.Effect<Region<any, any>> =
  primitive((fiber, region, restore) => restore(endOf(region, fiber)))

const endOf = (region: Region<any, any>, fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<Region<any, any>> =>
  // In the step in which the wait begins: before it the scheduler may give way, and a sweep has to tell the fiber.
  Effect.callback((resume) => {
    const node = region.parent
    if (region.exit === undefined && node?.fiber === fiber) node.awaitsRegion = true
    region.whenEnded(resume)
  })

const afterInterrupt = (region: Region<any, any>, cause: Cause.Cause<never>): AnyEffect => {
  const fiber = Fiber.getCurrent()!
  if (region.exit !== undefined) return goOnWith(region, fiber, true)
  passOn(region, fiber, cause)
  return Effect.flatMap(endOf(region, fiber), () => {
    tellParent(region, fiber)
    return goOnWith(region, fiber, true)
  })
}

/** A function of its own, and none made for each region: it is kept for as long as the wait lasts. */
const goOn = (region: Region<any, any>): AnyEffect => {
  const fiber = Fiber.getCurrent()!
  return goOnWith(region, fiber, tellParent(region, fiber))
}

/**
 * Tells the outer fiber before it goes on, or a handler in a cancelled scope would run; says whether that interrupts it.
 * Not before it is resumed: here it is masked, and what it does next is what it has to do anyway.
 */
const tellParent = (region: Region<any, any>, fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const node = region.parent
  if (node?.trace === undefined) return false
  node.deliver()
  return node.fiber === fiber && !region.masked
}

const goOnWith = (region: Region<any, any>, fiber: Fiber.Fiber<unknown, unknown>, interrupted: boolean): AnyEffect => {
  const node = region.parent
  if (node?.awaitsRegion === true && node.fiber === fiber) node.awaitsRegion = false
  if (region.changed !== undefined) fiber.setContext(Context.add(region.changed, CurrentNode, currentNode(fiber)))
  const finished = region.finish!(region.exit!, interrupted, region)
  const result = interrupted ? keptInMind(finished, fiber) : finished
  if (region.unseen === undefined) return result
  const dropped = missingIn(region.unseen, region.bodyExit)
  return dropped.length === 0 ? result : Effect.andThen(reportAll(dropped, region.name), result)
}

/** The parent's handlers will be skipped, and with one of them the typed errors: its node has to know of them. */
const keptInMind = <A, E, R>(
  finished: Effect.Effect<A, E, R>,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<A, E, R> => {
  if (!Exit.isExit(finished)) return keptLater(finished, fiber)
  keepTyped(finished, fiber)
  return finished
}

/** A function of its own: a closure in `keptInMind` would be paid for by every level that is cancelled. */
const keptLater = <A, E, R>(
  finished: Effect.Effect<A, E, R>,
  fiber: Fiber.Fiber<unknown, unknown>
): Effect.Effect<A, E, R> => Effect.onExitPrimitive(finished, (exit) => keepTyped(exit, fiber))

const keepTyped = (exit: Exit.Exit<unknown, unknown>, fiber: Fiber.Fiber<unknown, unknown>): undefined => {
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return
  const typed = failures(exit.cause).filter(({ reason }) => Cause.isFailReason(reason))
  const node = currentNode(fiber)
  if (node !== undefined && typed.length > 0) node.unseen = [...(node.unseen ?? []), ...typed]
}

const enter = (
  region: Region<any, any>,
  fiber: Fiber.Fiber<unknown, unknown>,
  queue: WakeQueue,
  restore: Restore
): void => {
  region.queue = queue
  region.clock ??= clockOf(fiber)
  // Where interruption is masked, `restore` changes nothing: cleanup is shielded from what cancelled it.
  if (isMasked(restore)) region.masked = region.shielded = true
  region.attach(currentNode(fiber))
  region.onEntered()
}

/** Asks `restore` itself only where it is not the one that Effect gives most often: the answer costs two objects. */
const isMasked = (restore: Restore): boolean => restore !== Effect.interruptible && restore(Effect.void) === Effect.void

const launch = (
  region: Region<any, any>,
  body: AnyEffect,
  fiber: Fiber.Fiber<unknown, unknown>,
  queue: WakeQueue
): void => {
  const context = region.contextFrom(fiber.context)
  queue.enterNested()
  try {
    // Sound: the context is that of a fiber that runs what requires this, plus one reference.
    const code = main(region, body, context) as Effect.Effect<unknown, unknown>
    const own = fork(queue, context, code, undefined)
    if (own.pollUnsafe() !== undefined) return
    queue.started(own)
    // A scheduler may have given way before the first operation, which would have done it.
    if (region.fiber === undefined && region.exit === undefined) observe(region, own, context)
  } finally {
    queue.leaveNested()
  }
}

/** Launches a body that has a deadline. Where the budget is spent already, its synchronous start runs all the same. */
const launchUntil = (
  region: Region<any, any>,
  at: number,
  body: AnyEffect,
  fiber: Fiber.Fiber<unknown, unknown>,
  queue: WakeQueue
): void => {
  const now = region.startedAt ?? nowOn(region.clock!)
  queue.enterNested()
  try {
    if (at > now) setDeadline(region.clock!, region, at, now)
    launch(region, body, fiber, queue)
    // As it stands now: the body may have moved it.
    if (region.exit === undefined && region.deadlineAt !== undefined && region.deadlineAt <= now)
      setDeadline(region.clock!, region, region.deadlineAt, now)
  } finally {
    queue.leaveNested()
  }
}

/** What a region's fiber runs: the body, once the fiber is named and watched. */
const main = primitive((own, region: Region<any, any>, body: AnyEffect, context: Context.Context<never>) => {
  if (region.fiber === undefined) observe(region, own, context)
  watchScope(region, own)
  return body
})

/** The region ends on the stack on which its fiber does, which then still has what a body that succeeds has changed. */
const observe = (region: Region<any, any>, own: Fiber.Fiber<any, any>, context: Context.Context<never>): void => {
  region.fiber = own
  // Let go of when it is over, as in `startFiber`.
  let observed: Region<any, any> | undefined = region
  let initial: Context.Context<never> | undefined = context
  let running: Fiber.Fiber<any, any> | undefined = own
  own.addObserver((exit) => {
    const ended = observed!
    const before = initial!
    const after = running!.context
    observed = initial = running = undefined
    ended.onBodyEnded(exit, after === before ? undefined : after)
    ended.end(exit, before)
  })
}

/**
 * How a region goes on that ended by interruption alone: passed on as it is, unless an outer cancel is the cause. Then
 * the parent's own interruption says all, and passing on would make a cause that grows with every level.
 *
 * @category building
 * @since 0.1.0
 */
export const interruptedBy = (node: CancelNode, cause: Cause.Cause<unknown>): Effect.Effect<never> =>
  node.trace === undefined || node.requested !== undefined ? Effect.failCause(cause as Cause.Cause<never>) : interrupted

const interrupted: Effect.Effect<never> = Effect.failCause(Cause.interrupt())

/** The parent's fiber was interrupted while it waited: by an outer cancel, or by somebody who knows only the fiber. */
const passOn = (region: Region<any, any>, fiber: Fiber.Fiber<unknown, unknown>, cause: Cause.Cause<never>): void => {
  if (region.hasEnded || region.trace !== undefined) return
  const asked = (): CancelTrace =>
    traceOf(region, { _tag: "Requested" }, nowOn(region.clock!), interruptor(fiber, cause))
  region.passOn(region.parent?.trace ?? asked())
}

const interruptor = (fiber: Fiber.Fiber<unknown, unknown>, cause: Cause.Cause<never>): string => {
  for (const id of Cause.interruptors(cause)) return `fiber ${id}`
  return `fiber ${fiber.id}`
}
