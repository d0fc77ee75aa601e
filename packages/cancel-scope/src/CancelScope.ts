/**
 * A region of code that can be cancelled, from inside or outside, with a reason, and whose own cancel becomes a value
 * at its edge. After Trio's cancel scopes.
 *
 *   made      nobody has entered it. A cancel or a deadline that comes now is kept; a cancelled one will run nothing.
 *   entered   a region of the cancel tree, with a fiber for its body. To enter it again is `ScopeReused`.
 *   ended     body and cleanup have ended, or were left behind at the limit. The outcome is known and stays.
 *
 * Invariant: a linked signal has our listener only while the scope is entered, and there is one.
 * Invariant: a signal that was handed out is aborted when the scope is marked or has ended, and not before.
 */
import {
  askerOf,
  type Body,
  type BodyA,
  type BodyE,
  type BodyR,
  type CancelReason,
  type CancelTrace,
  cancelNode,
  type Clause,
  CleanupLimit,
  clockOf,
  currentNode,
  failuresIn,
  instantOf,
  interruptedBy,
  isInside,
  leftBehind,
  millisOf,
  nowOn,
  operation,
  reasonFrom,
  Region,
  type Report,
  report,
  runBody,
  runRegion,
  ScopeReused,
  setDeadline,
  taskNameOf,
  tellFirst,
  traceOf,
  type Waiter,
  waitHere
} from "@ferrule/runtime"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { LinkedSignal, ScopeSignal } from "./internal/abortSignal.ts"
import { CancelWatch } from "./internal/CancelWatch.ts"
import { failOrReport } from "./internal/failOrReport.ts"
import type { Outcome } from "./Outcome.ts"

/**
 * A cancel scope, as its body and whoever may cancel it see it.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelScope {
  readonly name: string
  /**
   * Asks everything in the scope to stop: marks the whole tree below it before it returns, and does not wait.
   * The first reason stays. In the scope's own body the code stops at its next operation.
   */
  cancel(reason?: string | CancelReason): Effect.Effect<void>
  /**
   * As `cancel`, and waits until the scope has ended, its cleanup included. At once if it was never entered. From
   * inside the scope it is a defect: it would wait for itself.
   */
  cancelAndWait(reason?: string | CancelReason): Effect.Effect<void>
  /** As `cancel`, for callbacks that are no effects. */
  cancelUnsafe(reason?: string | CancelReason): void
  /** The trace of the cancel that reached the scope: asked of it, or of an outer one that no shield keeps off. */
  readonly cancelled: Effect.Effect<Option.Option<CancelTrace>>
  /** Whether a cancel was asked of this very scope. */
  readonly cancelRequested: Effect.Effect<boolean>
  /**
   * The cancel as a clause of a `select`: ready with the trace as soon as a cancel has reached the scope, asked of it or
   * of an outer one that no shield keeps off, and never once the scope has ended without one. A select leaves nothing
   * with the scope when another clause won or it was cancelled.
   */
  readonly whenCancelled: Clause<CancelTrace>
  /** The scope's own deadline, in milliseconds on the monotonic clock. */
  readonly deadline: Effect.Effect<Option.Option<number>>
  /** Moves the deadline; `undefined` removes it. One that has passed cancels the scope at once. */
  setDeadline(at: number | undefined): Effect.Effect<void>
  /**
   * Puts the shield up, which keeps outer cancels out from now on, or takes it down: then an outer cancel that it has
   * kept out takes effect. A scope entered where interruption is masked stays shielded.
   */
  setShield(on: boolean): Effect.Effect<void>
  /**
   * An `AbortSignal` for foreign code. Aborted with the `CancelTrace` as its reason when the scope is cancelled, and
   * with the reason `ScopeEnded` when the scope ends otherwise. Made on first use.
   */
  readonly signal: AbortSignal
}

/**
 * How a scope is set up. Of `deadline` (absolute) and `timeout` (from entry) the earlier counts. `shield` keeps outer
 * cancels out. A `signal` is linked: when it is aborted, the scope is cancelled.
 *
 * `cleanupTimeout` is how long the scope is waited for once a cancel has reached it; without it, until all cleanup has
 * ended. What has not ended by then is left behind: the failure hook is told, with its name and age (`CleanupTimedOut`),
 * and the scope returns as if it had ended at that moment. What is left behind goes on by itself. Its end changes
 * nothing, but if it fails the failure hook gets that.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly name: string
  readonly deadline?: number
  readonly timeout?: Duration.Input
  readonly shield?: boolean
  readonly signal?: AbortSignal
  readonly cleanupTimeout?: Duration.Input
}

class ScopeRegion extends Region<unknown, unknown> implements CancelScope {
  private readonly timeout: number | undefined
  private readonly linked: LinkedSignal | undefined
  private handedOut: ScopeSignal | undefined = undefined
  private entered = false
  private waiters: Set<Waiter<void>> | undefined = undefined
  declare private watch: CancelWatch | undefined
  declare private cleanup: CleanupLimit<ScopeRegion> | undefined
  /** What the failure hook has to be told before the scope returns. */
  declare left: Report | undefined

  constructor(options: Options) {
    super(options.name)
    if (options.deadline !== undefined) this.deadlineAt = instantOf(options.deadline, `deadline of "${this.name}"`)
    this.timeout = options.timeout === undefined ? undefined : millisOf(options.timeout, `timeout of "${this.name}"`)
    this.shielded = options.shield === true
    this.linked = options.signal === undefined ? undefined : new LinkedSignal(options.signal)
    if (options.cleanupTimeout !== undefined) {
      const millis = millisOf(options.cleanupTimeout, `cleanupTimeout of "${this.name}"`)
      this.cleanup = new CleanupLimit(millis, (region) => region.letGo())
    }
  }

  override get kind() {
    return "scope" as const
  }

  /** The part of entering that is the scope's own: used once, `timeout` counts from here. */
  enter(fiber: Fiber.Fiber<unknown, unknown>): void {
    if (this.entered) throw new ScopeReused({ scope: this.name })
    this.entered = true
    if (this.timeout !== undefined) {
      this.deadlineAt = Math.min(this.deadlineAt ?? Infinity, nowOn(clockOf(fiber)) + this.timeout)
    }
  }

  override onEntered(): void {
    if (this.cleanup !== undefined) this.startedAt = nowOn(this.clock!)
    this.linked?.listen(Fiber.getCurrent()!, this.name, (reason) => this.cancelUnsafe(reason))
  }

  cancel(reason?: string | CancelReason): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      this.ask(reason, nowOn(clockOf(fiber)), askerOf(fiber))
      // The asker's own code stops at its next operation, everything else through the wake queue.
      tellFirst(fiber)
      return Effect.void
    })
  }

  cancelAndWait(reason?: string | CancelReason): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      if (isInside(currentNode(fiber), this)) {
        return Effect.die(
          new Error(`cannot cancel "${this.name}" and wait for it from inside: it would wait for itself. Use cancel.`)
        )
      }
      return Effect.andThen(this.cancel(reason), this.over)
    })
  }

  /** The end of the scope, if it was entered. */
  private get over(): Effect.Effect<void> {
    return operation((fiber) =>
      this.entered && !this.hasEnded
        ? waitHere<void, never>(fiber, (waiter) => this.wait(waiter), Effect.void, "the end of the scope", this)
        : Effect.void
    )
  }

  private wait(waiter: Waiter<void>): (() => void) | undefined {
    if (this.hasEnded) return undefined
    this.waiters ??= new Set()
    this.waiters.add(waiter)
    return () => void this.waiters?.delete(waiter)
  }

  cancelUnsafe(reason?: string | CancelReason): void {
    this.ask(reason, nowOn(this.clock ?? Context.get(Context.empty(), Clock.Clock)), undefined)
  }

  private ask(reason: string | CancelReason | undefined, at: number, by: string | undefined): void {
    cancelNode(this, traceOf(this, reasonFrom(reason), at, by), true)
  }

  get cancelled(): Effect.Effect<Option.Option<CancelTrace>> {
    return Effect.sync(() => Option.fromUndefinedOr(this.trace))
  }

  get cancelRequested(): Effect.Effect<boolean> {
    return Effect.sync(() => this.requested !== undefined)
  }

  get whenCancelled(): Clause<CancelTrace> {
    return (this.watch ??= new CancelWatch(this))
  }

  get deadline(): Effect.Effect<Option.Option<number>> {
    return Effect.sync(() => Option.fromUndefinedOr(this.deadlineAt))
  }

  setDeadline(at: number | undefined): Effect.Effect<void> {
    return Effect.sync(() => {
      const instant = at === undefined ? undefined : instantOf(at, `deadline of "${this.name}"`)
      // On the scope's own clock, whoever asks: a region stands among the deadlines of one clock.
      if (this.clock === undefined) this.deadlineAt = instant
      else setDeadline(this.clock, this, instant)
    })
  }

  setShield(on: boolean): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      if (on) this.shielded = true
      else this.unshield()
      tellFirst(fiber)
      return Effect.void
    })
  }

  get signal(): AbortSignal {
    if (this.handedOut === undefined) {
      this.handedOut = new ScopeSignal()
      if (this.trace !== undefined) this.handedOut.abort(this.trace)
      else if (this.hasEnded) this.handedOut.abort({ _tag: "ScopeEnded" })
    }
    return this.handedOut.signal
  }

  override onMarked(trace: CancelTrace): void {
    this.handedOut?.abort(trace)
    this.watch?.cancelled(trace)
    if (this.clock !== undefined) this.cleanup?.began(this, this.clock)
  }

  override onLeftBehind(): void {
    this.left = leftBehind(this, this.name, nowOn(this.clock!) - this.startedAt!, this.cleanup!.millis)
  }

  override onEnded(): void {
    this.cleanup?.ended(this)
    this.linked?.unlink()
    this.handedOut?.abort({ _tag: "ScopeEnded" })
    this.watch?.ended()
    if (this.waiters !== undefined) for (const waiter of this.waiters) waiter.give(undefined)
    this.waiters = undefined
  }
}

const optionsFrom = (options: string | Options): Options => (typeof options === "string" ? { name: options } : options)

const outcomeOf = <A, E>(
  region: ScopeRegion,
  exit: Exit.Exit<A, E>,
  interrupted: boolean
): Effect.Effect<Outcome<A>, E> => {
  if (Exit.isSuccess(exit)) return Effect.succeed({ _tag: "Completed", value: exit.value })
  const failed = failuresIn(exit.cause, taskNameOf(region))
  if (failed.length > 0) return failOrReport(region, failed, interrupted)
  if (region.requested === undefined) return interruptedBy(region, exit.cause)
  return Effect.succeed({ _tag: "Cancelled", trace: region.requested })
}

const enterRegion = <A, E, R>(region: ScopeRegion, body: Effect.Effect<A, E, R>): Effect.Effect<Outcome<A>, E, R> =>
  Effect.withFiber((fiber) => {
    region.enter(fiber)
    // Sound: a region is entered once, with this body, and so its exit is this body's.
    return runRegion(region as unknown as Region<A, E>, body, (exit, interrupted) => {
      const outcome = outcomeOf(region, exit, interrupted)
      return region.left === undefined ? outcome : Effect.andThen(report(region.left), outcome)
    })
  })

/**
 * Runs `body` in a cancel scope and gives how the scope ended: completed with the value, or cancelled with the trace
 * if the scope's own cancel or deadline ended it.
 *
 * - **Completes when** the body has ended, its cleanup included; cancelled, after `cleanupTimeout` at the latest.
 * - **Fails when** the body fails, or its cleanup does after a cancel. A value that was returned before the cancel
 *   arrived stays.
 * - **When cancelled** from outside, so is the body; the outer cancel passes through, unless `shield` is set, and
 *   then takes effect at the end of the scope.
 *
 * A `forkChild` in the body belongs to the body's fiber and ends with the scope. A scope entered where interruption is
 * masked, in a release say, is shielded from outer cancels; its own cancel and deadline work.
 *
 * @example A scope that is cancelled from inside
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const program = CancelScope.run("search", function* (scope) {
 *   yield* scope.cancel("enough hits")
 *   return "never reached"
 * })
 * const outcome = await Effect.runPromise(program)
 * if (outcome._tag === "Cancelled") console.log(outcome.trace.scope, outcome.trace.reason)
 * // => search { _tag: 'Requested', message: 'enough hits' }
 * ```
 *
 * @see make for a scope that somebody else may cancel before it is entered
 * @category running
 * @since 0.1.0
 */
export const run = <B extends Body>(
  name: string | Options,
  body: (scope: CancelScope) => B
): Effect.Effect<Outcome<BodyA<B>>, BodyE<B>, BodyR<B>> =>
  Effect.suspend(() => {
    const region = new ScopeRegion(optionsFrom(name))
    return enterRegion(region, runBody(body, region as CancelScope))
  })

/**
 * Makes a scope without entering it, so that it can be handed to whoever is to cancel it.
 *
 * - **Completes when** called. Nothing runs until it is entered, once.
 *
 * @example Cancelled before it is entered: the body never runs
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const scope = yield* CancelScope.make("upload")
 *   yield* scope.cancel("user left")
 *   return yield* Effect.sync(() => console.log("uploading")).pipe(CancelScope.enter(scope))
 * })
 * console.log((await Effect.runPromise(program))._tag) // => Cancelled
 * ```
 *
 * @see enter
 * @category running
 * @since 0.1.0
 */
export const make = (name: string | Options): Effect.Effect<CancelScope> =>
  Effect.sync(() => new ScopeRegion(optionsFrom(name)))

/**
 * Runs an effect in a scope that was made before. A scope can be entered once: again is the defect `ScopeReused`.
 *
 * - **Completes when**, **fails when**, **when cancelled**: as `run`.
 *
 * @example A task that another one cancels
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const scope = yield* CancelScope.make("spinner")
 *   const spinner = yield* group.spawn(Effect.never.pipe(CancelScope.enter(scope)), "spinner")
 *   yield* Effect.yieldNow
 *   yield* scope.cancel("done")
 *   return yield* spinner.join
 * })
 * console.log((await Effect.runPromise(program))._tag) // => Cancelled
 * ```
 *
 * @see make
 * @category running
 * @since 0.1.0
 */
export const enter =
  (scope: CancelScope) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<Outcome<A>, E, R> =>
    scope instanceof ScopeRegion
      ? enterRegion(scope, self)
      : Effect.die(new TypeError(`cannot enter "${scope.name}": it was not made by this copy of CancelScope.make.`))
