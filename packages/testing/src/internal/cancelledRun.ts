/** One run of a program on virtual time that is cancelled before some of its steps, and what is broken then. */
import * as CancelScope from "@ferrule/cancel-scope"
import { clockOf, CurrentNode } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Scheduler from "effect/Scheduler"
import type * as Scope from "effect/Scope"
import type { CancelPoint } from "../CancelPoint.ts"
import { Deadlock } from "../Deadlock.ts"
import { LeftBehind } from "../LeftBehind.ts"
import type { Problem } from "../Problem.ts"
import { observe, type Options } from "../VirtualClock.ts"
import { type Driven, drivenBy } from "./JumpingClock.ts"
import { LiveFibers } from "./LiveFibers.ts"
import { Stepper, type Target } from "./Stepper.ts"
import { SteppingClock } from "./SteppingClock.ts"
import { SteppingScheduler } from "./SteppingScheduler.ts"

/** What is run, with all that it requires given but its resource scope. */
export interface Trial<World, A, E> {
  readonly setUp: Effect.Effect<World, unknown, Scope.Scope>
  readonly program: (world: World) => Effect.Effect<A, E, Scope.Scope>
  readonly invariant: (world: World, exit: Exit.Exit<A, E>) => unknown
  readonly options: Options & { readonly onCancel?: ((world: World) => void) | undefined }
}

/** Which cancels there are, and before which step one only looks. */
export interface Plan {
  readonly by: CancelPoint["by"]
  readonly cancels: ReadonlyArray<number>
  readonly look?: number | undefined
}

export interface Ended {
  readonly broken: Cause.Cause<unknown> | undefined
  readonly steps: number
  /** How many of the cancels, and the look, came before the end. */
  readonly reached: number
  readonly ran: ReadonlyArray<string>
}

interface Seen<A, E> {
  readonly exit: Exit.Exit<A, E>
  readonly left: LeftBehind | undefined
  readonly verdict: Exit.Exit<unknown, unknown> | undefined
}

/** The program in its own fiber, each of whose steps is counted. */
class CancelledRun<World, A, E> {
  readonly #plan: Plan
  #stepper: Stepper | undefined
  /** The fiber around the program, which is none of its own. */
  #outer = 0

  constructor(plan: Plan) {
    this.#plan = plan
  }

  run(trial: Trial<World, A, E>): Effect.Effect<Ended> {
    const { setUp, program, invariant, options } = trial
    const whole = Effect.gen({ self: this }, function* () {
      const world = yield* setUp
      const onReached = () => options.onCancel?.(world)
      const { exit, left } = yield* this.#cancelled(Effect.scoped(program(world)), onReached)
      // It is over, and what it left is shown by the run around it.
      if (left !== undefined) return { exit, left, verdict: undefined }
      return { exit, left, verdict: yield* Effect.exit(checked(() => invariant(world, exit))) }
    })
    return Effect.map(observe(whole, options), ({ exit, problem }) => ({
      broken: this.#broken(exit, problem),
      steps: this.#stepper?.steps ?? 0,
      reached: this.#stepper?.reached ?? 0,
      ran: this.#stepper?.ran ?? []
    }))
  }

  #cancelled(
    program: Effect.Effect<A, E>,
    onReached: () => void
  ): Effect.Effect<{ exit: Exit.Exit<A, E>; left: LeftBehind | undefined }> {
    return Effect.gen({ self: this }, function* () {
      const scope = this.#plan.by === "scope" ? yield* CancelScope.make("cancelEverywhere") : undefined
      const root = scope === undefined ? program : Effect.flatMap(CancelScope.enter(scope)(program), valueOf)
      return yield* Effect.withFiber<{ exit: Exit.Exit<A, E>; left: LeftBehind | undefined }>((outer) => {
        this.#outer = outer.id
        return this.#start(outer, root, scope, onReached)
      })
    })
  }

  #start(
    outer: Fiber.Fiber<unknown, unknown>,
    root: Effect.Effect<A, E>,
    scope: CancelScope.CancelScope | undefined,
    onReached: () => void
  ): Effect.Effect<{ exit: Exit.Exit<A, E>; left: LeftBehind | undefined }> {
    // Sound: it runs on VirtualClock.
    const driven = drivenBy(clockOf(outer))!
    const live = new LiveFibers(outer.getRef(Metric.FiberRuntimeMetrics))
    let ended = false
    let left: number | undefined
    // As for VirtualClock: a fiber further down the stack may end the program and then itself.
    const afterEvent = (): void => {
      if (ended) left ??= live.count
    }
    let fiber: Fiber.Fiber<A, E> | undefined
    const stepper = new Stepper(
      this.#targets(() => fiber, scope, onReached),
      onQuiet(driven),
      afterEvent
    )
    this.#stepper = stepper
    const clock = new SteppingClock(clockOf(outer), driven, stepper)
    const context = outer.context.pipe(
      Context.add(Clock.Clock, clock),
      Context.add(Scheduler.Scheduler, new SteppingScheduler(outer.getRef(Scheduler.Scheduler), stepper)),
      Context.add(Metric.FiberRuntimeMetrics, live),
      Context.add(CurrentNode, undefined)
    )
    stepper.begin()
    fiber = Effect.runForkWith(context)(Effect.andThen(Effect.yieldNow, root))
    fiber.addObserver(() => {
      ended = true
      stepper.end()
    })
    const running = fiber
    return Effect.onInterrupt(Fiber.await(running), () => Fiber.interrupt(running)).pipe(
      Effect.tap(Effect.yieldNow),
      Effect.map((exit) => {
        const fibers = left ?? live.count
        const timers = clock.armed
        return {
          exit,
          left: fibers + timers === 0 ? undefined : new LeftBehind({ fibers, timers, known: [], things: [] })
        }
      })
    )
  }

  #targets(
    fiber: () => Fiber.Fiber<A, E> | undefined,
    scope: CancelScope.CancelScope | undefined,
    onReached: () => void
  ): ReadonlyArray<Target> {
    const [first, second] = this.#plan.cancels
    const mark = (): void => scope?.cancelUnsafe("cancelEverywhere")
    const interrupt = (): void => fiber()?.interruptUnsafe()
    const both = (): void => {
      mark()
      interrupt()
    }
    return [
      ...(first === undefined ? [] : [{ step: first, act: scope === undefined ? interrupt : mark, onReached }]),
      ...(second === undefined ? [] : [{ step: second, act: both, onReached }]),
      ...(this.#plan.look === undefined ? [] : [{ step: this.#plan.look, act: undefined, onReached: undefined }])
    ]
  }

  #broken(exit: Exit.Exit<Seen<A, E>, unknown> | undefined, problem: Problem | undefined) {
    const seen = exit !== undefined && Exit.isSuccess(exit) ? exit.value : undefined
    if (problem !== undefined) return Cause.fail(this.#ofProgram(problem))
    if (seen === undefined) return exit !== undefined && Exit.isFailure(exit) ? exit.cause : undefined
    if (seen.left !== undefined) return Cause.fail(seen.left)
    if (Exit.isFailure(seen.exit) && (this.#plan.cancels.length === 0 || Cause.hasDies(seen.exit.cause))) {
      return seen.exit.cause
    }
    const { verdict } = seen
    if (verdict !== undefined && Exit.isFailure(verdict)) return verdict.cause
    return verdict?.value === false ? Cause.fail(new Error("the invariant does not hold")) : undefined
  }

  #ofProgram(problem: Problem): Problem {
    if (problem._tag !== "Deadlock") return problem
    const waiting = problem.waiting.filter(({ id }) => id !== this.#outer)
    return new Deadlock({ at: problem.at, fibers: problem.fibers - 1, waiting, cycle: problem.cycle })
  }
}

const valueOf = <A>(outcome: CancelScope.Outcome<A>): Effect.Effect<A> =>
  outcome._tag === "Completed" ? Effect.succeed(outcome.value) : Effect.interrupt

const checked = (invariant: () => unknown): Effect.Effect<unknown, unknown> =>
  Effect.suspend(() => {
    const verdict = invariant()
    // Sound: all that it requires was given.
    return Effect.isEffect(verdict) ? (verdict as Effect.Effect<unknown, unknown>) : Effect.succeed(verdict)
  })

/** Not on the program's clock nor scheduler: to watch is no step, and no fiber of the program's. */
const onQuiet =
  ({ untilQuiet }: Driven) =>
  (act: () => void): void =>
    void Effect.runFork(untilQuiet).addObserver(act)

/** Runs the trial once, as planned. */
export const cancelledRun = <World, A, E>(trial: Trial<World, A, E>, plan: Plan): Effect.Effect<Ended> =>
  new CancelledRun<World, A, E>(plan).run(trial)
