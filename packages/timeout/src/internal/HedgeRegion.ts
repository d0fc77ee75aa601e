/**
 * A running hedge: a region whose children in the cancel tree are the attempts, each with a fiber of its own.
 *
 *   open      the region's fiber starts attempts and waits; see hedgeState.ts.
 *   closing   decided, or cancelled from outside. The attempts that still run are cancelled.
 *   ended     no attempt runs. Only then does the region's fiber end.
 */
import {
  CancelNode,
  cancelNode,
  CurrentNode,
  type Failure,
  failWith,
  interruptedBy,
  nowOn,
  operation,
  Region,
  type Started,
  startFiber,
  timerOn,
  traceOf,
  unwatchTask,
  waitHere,
  type Waiter,
  watchTask
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { failuresOf } from "./DeadlineRegion.ts"
import { type AttemptEnd, attemptEnds, attemptStarts, hedgeOf, nextStep } from "./hedgeState.ts"

/** An attempt: a node of the cancel tree below its hedge. */
class Attempt<A, E> extends CancelNode implements Started<A, E> {
  readonly number: number
  private readonly onEnd: (attempt: Attempt<A, E>, exit: Exit.Exit<A, E>) => void

  constructor(hedge: string, number: number, onEnd: (attempt: Attempt<A, E>, exit: Exit.Exit<A, E>) => void) {
    super(`${hedge}/${number}`)
    this.number = number
    this.onEnd = onEnd
  }

  end(exit: Exit.Exit<A, E>): void {
    this.onEnd(this, exit)
  }
}

// One by one: spread into one call, a hundred thousand of them would not fit on the stack.
const keep = <E>(into: Array<Failure<E>>, failed: ReadonlyArray<Failure<E>>): void => {
  for (const failure of failed) into.push(failure)
}

export class HedgeRegion<A, E, R> extends Region<void, never> {
  private readonly self: Effect.Effect<A, E, R>
  private readonly after: number
  private readonly state: ReturnType<typeof hedgeOf>
  /** When the attempt that was started last is slow. */
  private lateAt = Infinity
  private winner: { readonly value: A } | undefined = undefined
  private readonly errors: Array<Failure<E>> = []
  /** What the hedge fails with whatever else happens: defects, and what failed when it was cancelled from outside. */
  private readonly fatal: Array<Failure<E>> = []
  private interruption: Cause.Cause<E> | undefined = undefined
  private waiter: Waiter<void> | undefined = undefined

  constructor(self: Effect.Effect<A, E, R>, after: number, max: number) {
    super("hedge")
    this.self = self
    this.after = after
    this.state = hedgeOf(max)
  }

  override get kind() {
    return "hedge" as const
  }

  /** What the region's fiber runs. On any exit the attempts that still run are cancelled and awaited. */
  get main(): Effect.Effect<void, never, R> {
    return Effect.onExit(this.attempts, () =>
      Effect.suspend(() => {
        this.cancelLosers()
        return this.until(() => this.state.running === 0, Infinity)
      })
    )
  }

  private get attempts(): Effect.Effect<void, never, R> {
    return operation((fiber) => {
      const step = this.step()
      if (step === "stop") return Effect.void
      if (step === "start") this.start(fiber)
      const waited = step === "start" ? Effect.void : this.until(() => this.step() !== "wait", this.lateAt)
      return Effect.flatMap(waited, () => this.attempts)
    })
  }

  private step(): "start" | "wait" | "stop" {
    return nextStep(this.state, nowOn(this.clock!) >= this.lateAt)
  }

  private start(fiber: Fiber.Fiber<unknown, unknown>): void {
    const number = attemptStarts(this.state)
    this.lateAt = this.state.started < this.state.max ? nowOn(this.clock!) + this.after : Infinity
    const attempt = new Attempt(this.name, number, this.attemptEnded)
    attempt.attach(this)
    // Sound: the context is that of a fiber that runs an effect of R, plus one reference.
    const context = Context.add(fiber.context, CurrentNode, attempt) as Context.Context<R>
    const main = Effect.withFiber<A, E, R>((own) => {
      attempt.fiber = own
      watchTask(attempt, own)
      return Effect.onExitPrimitive(this.self, (exit) => {
        if (Exit.isSuccess(exit) && this.state.verdict === undefined && own.context !== context)
          this.changed = own.context
        return undefined
      })
    })
    startFiber(this.queue!, context, main, attempt, false)
  }

  private readonly attemptEnded = (attempt: Attempt<A, E>, exit: Exit.Exit<A, E>): void => {
    unwatchTask(attempt, exit)
    attempt.detach()
    if (Exit.isSuccess(exit)) {
      if (attemptEnds(this.state, attempt.number, "succeeded")) this.winner = { value: exit.value }
    } else this.attemptFailed(attempt, exit.cause)
    this.waiter?.give(undefined)
  }

  private attemptFailed(attempt: Attempt<A, E>, cause: Cause.Cause<E>): void {
    const failed = failuresOf(attempt, cause)
    const decided = this.state.verdict !== undefined
    const end: AttemptEnd = failed.length > 0 && !cause.reasons.some(Cause.isDieReason) ? "failed" : "broke"
    attemptEnds(this.state, attempt.number, end)
    if (this.trace !== undefined) keep(this.fatal, failed)
    else if (decided)
      keep(
        this.fatal,
        failed.filter(({ reason }) => Cause.isDieReason(reason))
      )
    else if (end === "failed") keep(this.errors, failed)
    else if (failed.length > 0) keep(this.fatal, failed)
    else this.interruption = cause
  }

  private cancelLosers(): void {
    const at = nowOn(this.clock!)
    for (let node = this.firstChild; node !== undefined; node = node.next) {
      const reason = { _tag: "GroupClosed", group: this.name } as const
      if (node instanceof Attempt) cancelNode(node, traceOf(node, reason, at, this.name), true)
    }
  }

  /** The region's fiber waits until an attempt has ended and `done` holds, or `at` has come. */
  private until(done: () => boolean, at: number): Effect.Effect<void> {
    return operation((fiber) => {
      if (done()) return Effect.void
      let callOff = (): void => {}
      const register = (waiter: Waiter<void>): (() => void) | undefined => {
        if (done()) return undefined
        this.waiter = waiter
        // A deadline, not a sleep: an attempt that ends at that very instant needs no second one beside it.
        if (at < Infinity) callOff = timerOn(this.clock!, at, "deadline", () => waiter.give(undefined))
        return () => {}
      }
      const waited = Effect.ensuring(
        waitHere<void, never>(fiber, register, Effect.void, "an attempt"),
        Effect.sync(() => {
          this.waiter = undefined
          callOff()
        })
      )
      return Effect.flatMap(waited, () => (done() ? Effect.void : this.until(done, at)))
    })
  }

  /** What the hedge ends with. */
  result(exit: Exit.Exit<void, never>): Effect.Effect<A, E> {
    if (this.fatal.length > 0) return failWith(this.fatal, this.name)
    if (this.winner !== undefined) return Effect.succeed(this.winner.value)
    if (this.state.verdict === "lost") return failWith(this.errors, this.name)
    return interruptedBy(this, this.interruption ?? (Exit.isFailure(exit) ? exit.cause : Cause.interrupt()))
  }
}
