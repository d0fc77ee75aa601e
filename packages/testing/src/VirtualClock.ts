/**
 * A clock that jumps: programs on virtual time, and what is wrong with them.
 *
 * @module
 */
import { clockOf, failuresIn, failWith, millisOf } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { besideLeft } from "./internal/besideLeft.ts"
import { Driver, type DriverOptions } from "./internal/Driver.ts"
import { drivenBy } from "./internal/JumpingClock.ts"
import type { LeftKind } from "./Leftover.ts"
import type { Problem } from "./Problem.ts"

/**
 * How to run a program on virtual time.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * Serves ready tasks, and wakes the sleepers of an instant, in a random order that this number decides; it decides
   * Effect's `Random`, too. Without it: first come, first served, and `Random` as with 0.
   */
  readonly seed?: number | undefined
  /** What the wall clock shows at the start: a date, or milliseconds since 1970; 0 if not given. */
  readonly start?: DateTime.DateTime.Input | undefined
  /** How many ready tasks may be served at one instant before that is called a livelock: 1,000,000 if not given. */
  readonly maxSteps?: number | undefined
  /** How much real time the program may take: 4 seconds if not given, so that its report comes before a test's end. */
  readonly patience?: Duration.Input | undefined
  /** What the program may leave behind: `items` in channels if not given. `[]` is for a program that must take them all. */
  readonly mayLeave?: ReadonlyArray<LeftKind> | undefined
}

/**
 * How a run on virtual time ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface Run<out A, out E = never> {
  /** How the program ended; nothing if it did not, not even when it was interrupted because of the problem. */
  readonly exit: Exit.Exit<A, E> | undefined
  /** The instant at which it ended, in milliseconds of virtual time since the start. */
  readonly at: number
  readonly problem: Problem | undefined
  /** How many ready tasks were served and timers fired. */
  readonly steps: number
  /** A number that stands for the order in which ready tasks were served: equal for equal orders. */
  readonly order: number
}

const startOf = (input: DateTime.DateTime.Input | undefined): number => {
  if (input === undefined) return 0
  const start = DateTime.make(input)
  if (Option.isSome(start)) return DateTime.toEpochMillis(start.value)
  throw new RangeError(`start is ${JSON.stringify(input)}, which is no date. Pass a date, or milliseconds since 1970.`)
}

const driverOptions = (options: Options): DriverOptions => ({
  seed: options.seed,
  start: startOf(options.start),
  maxSteps: options.maxSteps ?? 1_000_000,
  patience: millisOf(options.patience ?? "4 seconds", "patience"),
  mayLeave: options.mayLeave ?? ["items"]
})

/**
 * Runs a program on virtual time, as `run` does, and gives how it ended as a value: also its instant, its order, and
 * what is wrong with it.
 *
 * - **Completes when** the program has ended, or was given up and its cleanup has ended. It never fails.
 * - **When cancelled**, the program is interrupted, and its cleanup awaited.
 *
 * @example When it ended, and in what order
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect, Exit } from "effect"
 *
 * const program = Effect.as(Effect.sleep("3650 days"), "rested")
 * const { exit, at, problem } = await Effect.runPromise(VirtualClock.observe(program))
 * console.log(exit && Exit.isSuccess(exit) && exit.value, at / 86_400_000, problem) // => rested 3650 undefined
 * ```
 *
 * @see run for the program's own result
 * @category running
 * @since 0.1.0
 */
export const observe = <A, E, R>(
  program: Effect.Effect<A, E, R>,
  options: Options = {}
): Effect.Effect<Run<A, E>, never, Exclude<R, Scope.Scope>> =>
  Effect.contextWith((context: Context.Context<Exclude<R, Scope.Scope>>) =>
    Effect.callback<Run<A, E>>((resume) => {
      let whenOver = (): void => resume(Effect.succeed(driver.result))
      const driver = new Driver<A, E>(driverOptions(options), context, () => whenOver())
      // Sound: it runs on this very context, and `scoped` gives the Scope.
      driver.start(Effect.scoped(program) as Effect.Effect<A, E>)
      return Effect.callback<void>((stopped) => {
        whenOver = () => stopped(Effect.void)
        driver.stop()
      })
    })
  )

/** It was given up, so it has no failure of its own but what dies in cleanup, which rides along. */
const failGivenUp = <E>(problem: Problem, exit: Exit.Exit<unknown, E> | undefined): Effect.Effect<never, E | Problem> =>
  failWith<E | Problem>(
    [
      ...failuresIn(Cause.fail(problem), "program"),
      ...(exit !== undefined && Exit.isFailure(exit) ? failuresIn(exit.cause, "program") : [])
    ],
    "VirtualClock"
  )

/**
 * Runs a program on virtual time: when every task waits, time jumps to the next timer, so no sleep takes time.
 *
 * Every sleeper of an instant, and all that it wakes, runs before the deadlines of that instant: a result that is there
 * in time wins a tie. The order of tasks is the same in every run; a `seed` gives another one. All that reads Effect's
 * `Clock` sees virtual time, cleanup too; `Date.now` and `setTimeout` are the platform's own. Work outside virtual time
 * that Node can see, sockets and files and real timers, holds the jump back until it is done.
 *
 * - **Completes when** the program and all it started have ended. It has a resource scope of its own.
 * - **Fails when** the program does; or with what is wrong with it: `Deadlock` when all wait and no timer is armed,
 *   `Livelock` when it never waits, `Unfinished` when its real time is used up, `LeftBehind` when something that it
 *   started has not ended, or something that it took was not given back. What it is given up for comes after its cleanup.
 * - **When cancelled**, the program is interrupted, and its cleanup awaited.
 *
 * @example A success at the instant of the deadline
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Clock, Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const answer = yield* Effect.as(Effect.sleep("1 hour"), "in time").pipe(Timeout.failAfter("1 hour"))
 *   return [answer, yield* Clock.currentTimeMillis]
 * })
 * console.log(await Effect.runPromise(VirtualClock.run(program))) // => [ 'in time', 3600000 ]
 * ```
 *
 * @see observe for how it ended, as a value
 * @category running
 * @since 0.1.0
 */
export const run = <A, E, R>(
  program: Effect.Effect<A, E, R>,
  options: Options = {}
): Effect.Effect<A, E | Problem, Exclude<R, Scope.Scope>> =>
  Effect.flatMap(observe(program, options), ({ exit, problem }): Effect.Effect<A, E | Problem> => {
    if (problem?._tag === "LeftBehind") return besideLeft(problem, exit)
    if (problem !== undefined) return failGivenUp(problem, exit)
    // Without a problem it has ended.
    return exit!
  })

const driven = <A>(name: string, f: (driven: NonNullable<ReturnType<typeof drivenBy>>) => Effect.Effect<A>) =>
  Effect.withFiber<A>((fiber) => {
    const found = drivenBy(clockOf(fiber))
    if (found !== undefined) return f(found)
    return Effect.die(
      new Error(`VirtualClock.${name} was used on another clock. Run the program with VirtualClock.run.`)
    )
  })

/**
 * Waits until every other task waits, while time stands still.
 *
 * - **Completes when** nothing is left to do at this instant.
 * - **Fails when** the program does not run on a virtual clock: with a defect that says so.
 * - **When cancelled**, it stops waiting.
 *
 * @example Look at what has happened so far
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const seen: Array<string> = []
 *   const note = (text: string) => Effect.sync(() => seen.push(text))
 *   yield* Effect.forkChild(Effect.andThen(note("begun"), Effect.delay(note("done"), 10)))
 *   yield* VirtualClock.untilQuiet
 *   return seen
 * })
 * console.log(await Effect.runPromise(VirtualClock.run(program))) // => [ 'begun' ]
 * ```
 *
 * @see timers to see what is still to come
 * @category reading
 * @since 0.1.0
 */
export const untilQuiet: Effect.Effect<void> = driven("untilQuiet", ({ untilQuiet: wait }) => wait)

/**
 * How many timers are armed now, sleeps and deadlines.
 *
 * - **Completes when** asked.
 * - **Fails when** the program does not run on a virtual clock: with a defect that says so.
 * - **When cancelled**: it does not wait.
 *
 * @example A deadline takes its timer back
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const inside = yield* Timeout.failAfter(Effect.andThen(Effect.yieldNow, VirtualClock.timers), "1 hour")
 *   return [inside, yield* VirtualClock.timers]
 * })
 * console.log(await Effect.runPromise(VirtualClock.run(program))) // => [ 1, 0 ]
 * ```
 *
 * @see untilQuiet to wait until all that can happen now has happened
 * @category reading
 * @since 0.1.0
 */
export const timers: Effect.Effect<number> = driven("timers", (found) => Effect.succeed(found.timers))
