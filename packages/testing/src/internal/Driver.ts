/**
 * Runs one program on virtual time, from turn to turn of the real event loop: ready tasks are served until none is
 * left, then the clock jumps to the next timer.
 *
 * States, and what is true in each:
 *   running    the program has not ended, and nothing is wrong with it.
 *   settling   it has ended; what is still ready is served, for it may be on its way out.
 *   stopping   it was given up, or left something behind: the program, then all that is left, is interrupted, and only
 *              cleanup is waited for.
 *   over       `onOver` was called; no turn follows.
 */
import { CurrentNode, observer, observerIn } from "@ferrule/runtime"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import { Deadlock } from "../Deadlock.ts"
import type { LeftBehind } from "../LeftBehind.ts"
import type { LeftKind } from "../Leftover.ts"
import { Livelock } from "../Livelock.ts"
import type { Problem } from "../Problem.ts"
import { Unfinished } from "../Unfinished.ts"
import { Budget } from "./Budget.ts"
import { drivenBy, JumpingClock } from "./JumpingClock.ts"
import { Census } from "./leaks/Census.ts"
import { leftBehind } from "./leaks/leftBehind.ts"
import { LiveFibers } from "./LiveFibers.ts"
import { nap, nextTurn } from "./nextTurn.ts"
import { randomFrom } from "./randomFrom.ts"
import { ReadyList } from "./ReadyList.ts"
import { realMillis } from "./realMillis.ts"
import { RealWork } from "./RealWork.ts"
import { Roster } from "./Roster.ts"
import { WaitsFor } from "./WaitsFor.ts"

export interface DriverOptions {
  readonly seed: number | undefined
  /** Milliseconds since 1970 that the wall clock shows at the start. */
  readonly start: number
  readonly maxSteps: number
  /** Real milliseconds. */
  readonly patience: number
  readonly mayLeave: ReadonlyArray<LeftKind>
}

/** Turns without a ready task before all tasks are held to wait: promises and async iterators settle meanwhile. */
const settleTurns = 2
const slice = 1024
/** Steps that are watched to see who it is that never waits. */
const watchedSteps = 1024
/** Turns that virtual time is held back for real work before the process is let rest in between. */
const restless = 64
/** Real milliseconds: not all real work can be seen, so a deadlock is not called at once. */
const grace = 25
/** Real milliseconds that cleanup has after a problem. */
const cleanupPatience = 1_000

export class Driver<A, E> {
  readonly #options: DriverOptions
  readonly #outer: Context.Context<never>
  readonly #onOver: () => void
  readonly #clock: JumpingClock
  readonly #ready: ReadyList
  readonly #live: LiveFibers
  readonly #roster = new Roster()
  readonly #waits: WaitsFor
  readonly #census: Census
  readonly #realWork = new RealWork()
  readonly #quietWaiters: Array<() => void> = []
  #fiber: Fiber.Fiber<A, E> | undefined
  #end: { readonly exit: Exit.Exit<A, E>; readonly at: number } | undefined
  /** How many fibers were live after the step in which the program ended. */
  #liveAtEnd: number | undefined
  #problem: Problem | undefined
  #stopping: "not" | "program" | "all" = "not"
  #isOver = false
  readonly #budget: Budget
  #fired = 0
  /** Runs inside this one that are not over. */
  #inner = 0
  #idleTurns = 0
  /** Real work in flight keeps time from jumping. */
  #held = false
  #holdUntil = Infinity
  /** Real milliseconds since a fiber ran, without stalls: what came meanwhile has not had its turn yet. */
  #grace = { runs: 0, taken: 0, looked: 0 }
  /** This run holds back the time of a run around it until it is over. */
  #release: (() => void) | undefined

  constructor(options: DriverOptions, outer: Context.Context<never>, onOver: () => void) {
    this.#options = options
    this.#outer = outer
    this.#onOver = onOver
    const pick = options.seed === undefined ? undefined : pickFrom(options.seed)
    this.#clock = new JumpingClock(options.start, this.#untilQuiet, this.#hold)
    this.#ready = new ReadyList({ pick, onRun: this.#roster.saw })
    this.#waits = new WaitsFor(observerIn(outer))
    this.#census = new Census(this.#waits)
    this.#live = new LiveFibers(Context.get(outer, Metric.FiberRuntimeMetrics))
    this.#budget = new Budget(options.maxSteps, options.patience, realMillis())
  }

  readonly #untilQuiet: Effect.Effect<void> = Effect.callback((resume) => {
    this.#quietWaiters.push(() => resume(Effect.void))
  })

  readonly #hold = (): (() => void) => {
    this.#inner++
    return () => void this.#inner--
  }

  start(program: Effect.Effect<A, E>): void {
    this.#release = drivenBy(Context.get(this.#outer, Clock.Clock))?.hold()
    const context = this.#outer.pipe(
      Context.add(Clock.Clock, this.#clock),
      Context.add(Scheduler.Scheduler, this.#ready),
      Context.add(Metric.FiberRuntimeMetrics, this.#live),
      Context.add(observer, this.#census),
      // Its deadlines would be on another clock, and its cancels come as interruptions of the program.
      Context.add(CurrentNode, undefined)
    )
    // The turns are inside, too: what a timer's callback begins is the program's.
    this.#realWork.within(() => {
      this.#fiber = Effect.runForkWith(context)(Random.withSeed(program, `seed ${this.#options.seed ?? 0}`))
      this.#fiber.addObserver((exit) => {
        this.#end = { exit, at: this.#clock.elapsed }
      })
      this.#afterStep()
      nextTurn(this.#onTurn)
    })
  }

  /** Interrupts the program; it is over when its cleanup is. */
  stop(): void {
    if (this.#isOver || this.#stopping !== "not") return
    this.#stopping = "program"
    const now = realMillis()
    this.#budget.renew(cleanupPatience, this.#steps, now)
    this.#holdUntil = now + cleanupPatience / 2
    this.#fiber?.interruptUnsafe()
  }

  /** What came of it; to be asked when it is over. */
  get result() {
    return {
      exit: this.#end?.exit,
      at: this.#end?.at ?? this.#clock.elapsed,
      problem: this.#problem,
      steps: this.#steps,
      order: this.#ready.order
    }
  }

  readonly #onTurn = (): void => {
    try {
      if (this.#leaks && this.#stopping === "not") this.#leftBehind()
      if (this.#ready.size === 0 && ++this.#idleTurns >= settleTurns) this.#onQuiet()
      if (this.#ready.size > 0) this.#serve()
      this.#checkBudget()
    } finally {
      // What a foreign callback throws is for the process to report; the run goes on.
      if (!this.#isOver) this.#armTurn()
    }
  }

  #armTurn(): void {
    if (this.#held && this.#idleTurns > restless) nap(this.#onTurn)
    else nextTurn(this.#onTurn)
  }

  #serve(): void {
    this.#idleTurns = 0
    this.#held = false
    for (let i = 0; i < slice && (!this.#leaks || this.#stopping !== "not") && this.#ready.serve(); i++) {
      this.#afterStep()
    }
    // By now every fiber that it left behind has been seen.
    if (this.#stopping === "program" && this.#end !== undefined) this.#stopAll()
  }

  /** Every task waits. */
  #onQuiet(): void {
    if (this.#stopping !== "not") return this.#onQuietStopping()
    if (this.#end !== undefined) return this.#onEnd()
    const waiters = this.#quietWaiters.splice(0)
    for (const wake of waiters) this.#ready.add(wake)
    if (waiters.length > 0 || this.#isHeld() || this.#jump() || !this.#graceIsOver()) return
    this.#giveUp(this.#deadlock())
  }

  /** It has ended, and all that was on its way out is out. */
  #onEnd(): void {
    // The operating system takes some turns to close a handle.
    if (this.#realWork.leftHandles.length > 0 && !this.#graceIsOver()) return
    if (this.#left !== undefined) this.#leftBehind()
    else if (this.#live.count > 0) this.stop()
    else this.#over()
  }

  #deadlock(): Deadlock {
    const waiting = this.#waits.told(this.#roster.infos())
    const cycle = this.#waits.cycle(waiting)
    return new Deadlock({ at: this.#clock.elapsed, fibers: this.#live.count, waiting, cycle })
  }

  #onQuietStopping(): void {
    if (this.#end !== undefined && this.#live.count <= 0) return this.#over()
    if (this.#isHeld()) return
    const cleansUp = this.#end === undefined || this.#stopping === "all"
    if (cleansUp && this.#jump()) return
    if (this.#stopping !== "all") return this.#stopAll()
    if (this.#graceIsOver()) this.#over()
  }

  #stopAll(): void {
    this.#stopping = "all"
    for (const fiber of this.#roster.live()) fiber.interruptUnsafe()
  }

  /** Something that is not on this clock is under way. Work that outlives its interruption holds cleanup for a while only. */
  #isHeld(): boolean {
    this.#held = realMillis() < this.#holdUntil && this.#realWork.kinds.length > 0
    return this.#held || this.#inner > 0
  }

  #graceIsOver(): boolean {
    const { runs } = this.#roster
    const looked = realMillis()
    const taken = runs === this.#grace.runs ? this.#grace.taken + Math.min(1, looked - this.#grace.looked) : 0
    this.#grace = { runs, taken, looked }
    return taken > grace
  }

  #jump(): boolean {
    const before = this.#clock.elapsed
    if (!this.#clock.jump()) return false
    if (this.#clock.elapsed !== before) this.#budget.moved(this.#steps, realMillis())
    this.#fireDue()
    return true
  }

  #fireDue(): void {
    for (const timer of this.#clock.takeDue()) {
      this.#fired++
      // Sleepers go through the ready list, so that a seed can shuffle whom an instant wakes first.
      if (timer.kind === "sleep") this.#ready.add(() => this.#clock.fire(timer))
      else this.#clock.fire(timer)
    }
    this.#idleTurns = 0
    this.#afterStep()
  }

  // A fiber further down the stack may end the program and then itself, so the count waits for the step to be over.
  #afterStep(): void {
    if (this.#end !== undefined) this.#liveAtEnd ??= this.#live.count
  }

  get #leaks(): boolean {
    return this.#liveAtEnd !== undefined && this.#liveAtEnd > 0 && !this.#options.mayLeave.includes("fibers")
  }

  get #steps(): number {
    return this.#ready.served + this.#fired
  }

  #checkBudget(): void {
    const verdict = this.#budget.verdict(this.#steps, realMillis())
    if (verdict === undefined || this.#isOver) return
    if (this.#stopping !== "not") return this.#over()
    if (this.#end !== undefined) return this.#leaks ? this.#leftBehind() : this.stop()
    const problem = verdict === "late" || this.#ready.size === 0 ? this.#unfinished() : this.#livelock()
    // It may have come to its end while it was watched.
    if (this.#end === undefined) this.#giveUp(problem)
  }

  #livelock(): Livelock {
    const { elapsed } = this.#clock
    const running = this.#roster.whoRuns(() => {
      for (let i = 0; i < watchedSteps && this.#ready.serve(); i++) this.#afterStep()
    })
    return new Livelock({ at: elapsed, steps: this.#budget.stepsHere(this.#steps), running })
  }

  #unfinished(): Unfinished {
    return new Unfinished({
      at: this.#clock.elapsed,
      patience: this.#options.patience,
      realWork: this.#realWork.kinds,
      fibers: this.#live.count,
      waiting: this.#waits.told(this.#roster.infos())
    })
  }

  get #left(): LeftBehind | undefined {
    const fibers = this.#liveAtEnd ?? 0
    const left = {
      fibers,
      timers: this.#clock.armed + this.#realWork.timers,
      known: fibers > 0 ? this.#roster.infos() : [],
      things: [...this.#realWork.leftTimers, ...this.#realWork.leftHandles, ...this.#census.held]
    }
    return leftBehind(left, this.#options.mayLeave)
  }

  #leftBehind(): void {
    this.#problem = this.#left
    this.stop()
  }

  #giveUp(problem: Problem): void {
    this.#problem = problem
    this.stop()
  }

  #over(): void {
    this.#isOver = true
    this.#realWork.stop()
    this.#release?.()
    this.#onOver()
  }
}

const pickFrom = (seed: number) => {
  const random = randomFrom(seed)
  return (count: number): number => Math.floor(random() * count)
}
