/**
 * Runs a program once, from its start to its end, in one go of JavaScript: ready tasks are served until none is left,
 * then the clock jumps to the next timer. What is still there when it has failed or ended is interrupted, and cleans up.
 */
import { CurrentNode, type Observer, observer, observerIn } from "@ferrule/runtime"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as Tracer from "effect/Tracer"
import { Deadlock } from "../../Deadlock.ts"
import type { LeftBehind } from "../../LeftBehind.ts"
import type { LeftKind } from "../../Leftover.ts"
import { Livelock } from "../../Livelock.ts"
import type { Problem } from "../../Problem.ts"
import { Unfinished } from "../../Unfinished.ts"
import { JumpingClock } from "../JumpingClock.ts"
import { Census } from "../leaks/Census.ts"
import { Holdings } from "../leaks/Holdings.ts"
import { leftBehind } from "../leaks/leftBehind.ts"
import { LiveFibers } from "../LiveFibers.ts"
import { randomFrom } from "../randomFrom.ts"
import { realMillis } from "../realMillis.ts"
import { Roster } from "../Roster.ts"
import type { Fork } from "../search/Search.ts"
import { WaitsFor } from "../WaitsFor.ts"
import { ChoiceList, type Watcher } from "./ChoiceList.ts"

/** Sees every operation of a run. */
export interface Witness extends Watcher {
  tracer(around: Tracer.Tracer): Tracer.Tracer
  observer(around: Observer | undefined): Observer
  /** The program is over; what comes now is cleanup. */
  over(): void
}

export interface RunOnceOptions {
  readonly outer: Context.Context<never>
  readonly choose: (fork: Fork) => number
  readonly maxSteps: number
  readonly witness?: Witness | undefined
  /** Whether a deadlock can say who waits for what. It costs too much to know that in every run. */
  readonly knowsWaits?: boolean
}

export interface Ran<out A, out E> {
  /** How the program ended, if it did before there was a problem. */
  readonly exit: Exit.Exit<A, E> | undefined
  readonly problem: Problem | undefined
  readonly steps: number
}

/** A channel with items in it may be what the program is about, and is dropped with it. */
const mayBeLeft: ReadonlyArray<LeftKind> = ["items"]

/** Virtual time may move as often, in operations, as it takes to see that a program goes on for ever. */
const instants = 10

/** The same numbers in every run. Effect's own generator takes longer to seed than a short program to run. */
const sameNumbers = (): (typeof Random.Random)["Service"] => {
  const nextDoubleUnsafe = randomFrom(0)
  const nextIntUnsafe = (): number =>
    Number.MIN_SAFE_INTEGER + Math.floor(nextDoubleUnsafe() * 2 * Number.MAX_SAFE_INTEGER)
  return { nextDoubleUnsafe, nextIntUnsafe }
}

class Run<A, E> {
  readonly #options: RunOnceOptions
  readonly #clock: JumpingClock
  readonly #ready: ChoiceList
  readonly #live: LiveFibers
  readonly #roster = new Roster()
  readonly #waits: WaitsFor | undefined
  readonly #held: Holdings | Census
  readonly #quietWaiters: Array<() => void> = []
  readonly #began = realMillis()
  #exit: Exit.Exit<A, E> | undefined
  /** How many operations had been run when time moved last. */
  #stepsBefore = 0

  constructor(options: RunOnceOptions) {
    this.#options = options
    const watcher = observerIn(options.outer)
    // Where it came from is worth its cost only in a run that is told of, or watched anyhow.
    const isTold = options.witness !== undefined || watcher !== undefined
    this.#held = isTold ? new Census(watcher) : new Holdings()
    this.#waits = options.knowsWaits === true ? new WaitsFor(this.#held) : undefined
    const untilQuiet = Effect.callback<void>((resume) => {
      this.#quietWaiters.push(() => resume(Effect.void))
    })
    this.#clock = new JumpingClock(0, untilQuiet, () => () => {})
    this.#ready = new ChoiceList({
      choose: options.choose,
      onRun: this.#roster.saw,
      maxSteps: options.maxSteps * instants,
      watcher: options.witness
    })
    this.#live = new LiveFibers(Context.get(options.outer, Metric.FiberRuntimeMetrics))
  }

  toTheEnd(program: Effect.Effect<A, E>): Ran<A, E> {
    const fiber = Effect.runForkWith(this.#context())(program)
    fiber.addObserver((exit) => {
      this.#exit = exit
    })
    while (this.#exit === undefined && this.#goOn());
    const exit = this.#exit
    const problem = exit === undefined ? this.#whyNotOver() : this.#whatIsLeft()
    const { steps } = this.#ready
    this.#options.witness?.over()
    if (problem !== undefined) this.#cleanUp()
    return { exit, problem, steps }
  }

  #context(): Context.Context<never> {
    const { outer, witness } = this.#options
    const driven = outer.pipe(
      Context.add(Clock.Clock, this.#clock),
      Context.add(Scheduler.Scheduler, this.#ready),
      Context.add(Metric.FiberRuntimeMetrics, this.#live),
      Context.add(Random.Random, sameNumbers()),
      // Its deadlines would be on another clock, and its cancels come as interruptions of the program.
      Context.add(CurrentNode, undefined)
    )
    const context = Context.add(driven, observer, this.#waits ?? this.#held)
    if (witness === undefined) return context
    return context.pipe(
      Context.add(Tracer.Tracer, witness.tracer(Context.get(outer, Tracer.Tracer))),
      Context.add(observer, witness.observer(Context.get(context, observer)))
    )
  }

  /** One task, or one jump of the clock; false when nothing can happen any more, or nothing may. */
  #goOn(): boolean {
    if (this.#ready.steps - this.#stepsBefore > this.#options.maxSteps) return false
    return this.#ready.serve() || (!this.#ready.isSpent && (this.#wakeQuiet() || this.#jump()))
  }

  #wakeQuiet(): boolean {
    const waiters = this.#quietWaiters.splice(0)
    for (const wake of waiters) this.#ready.add(wake)
    return waiters.length > 0
  }

  #jump(): boolean {
    const before = this.#clock.elapsed
    if (!this.#clock.jump()) return false
    if (this.#clock.elapsed !== before) this.#stepsBefore = this.#ready.steps
    for (const timer of this.#clock.takeDue()) {
      // Each is a task, so that the order in which an instant wakes is a choice, too.
      if (timer.kind === "sleep") this.#ready.add(() => this.#clock.fire(timer))
      else this.#clock.fire(timer)
    }
    return true
  }

  #whyNotOver(): Problem {
    const at = this.#clock.elapsed
    const steps = this.#ready.steps - this.#stepsBefore
    if (steps > this.#options.maxSteps) return new Livelock({ at, steps, running: this.#roster.infos() })
    const infos = this.#roster.infos()
    const waiting = this.#waits?.told(infos) ?? infos
    const who = { at, fibers: this.#live.count, waiting }
    return this.#ready.isSpent
      ? new Unfinished({ ...who, patience: this.#millis, realWork: [] })
      : new Deadlock({ ...who, cycle: this.#waits?.cycle(waiting) ?? [] })
  }

  get #millis(): number {
    return Math.ceil(realMillis() - this.#began)
  }

  #whatIsLeft(): LeftBehind | undefined {
    // One that was preempted on its way out goes the rest of it; the usual scheduler would not have stopped it there.
    if (this.#live.count > 0 && this.#live.count <= this.#ready.preempted) {
      this.#ready.goUsual(this.#options.maxSteps)
      while (this.#ready.serve());
    }
    const fibers = this.#live.count
    const timers = this.#clock.armed
    const { held } = this.#held
    if (fibers <= 0 && timers === 0 && held.length === 0) return undefined
    const known = fibers > 0 ? this.#roster.infos() : []
    return leftBehind({ fibers: Math.max(0, fibers), timers, known, things: held }, mayBeLeft)
  }

  #cleanUp(): void {
    this.#ready.goUsual(this.#options.maxSteps)
    this.#stepsBefore = this.#ready.steps
    for (const fiber of this.#roster.live()) fiber.interruptUnsafe()
    while (this.#live.count > 0 && this.#goOn());
  }
}

export const runOnce = <A, E>(program: Effect.Effect<A, E>, options: RunOnceOptions): Ran<A, E> =>
  new Run<A, E>(options).toTheEnd(program)
