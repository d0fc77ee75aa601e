import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Escaped } from "./Escaped.ts"
import type { FailingSchedule } from "./FailingSchedule.ts"
import { Exploration, type Result } from "./internal/explore/Exploration.ts"
import { subjectOf } from "./internal/explore/subjectOf.ts"
import { drivenBy } from "./internal/JumpingClock.ts"
import { nextTurn } from "./internal/nextTurn.ts"
import { depthFirst } from "./internal/search/depthFirst.ts"
import { prioritySearch } from "./internal/search/prioritySearch.ts"
import { randomSearch } from "./internal/search/randomSearch.ts"
import type { Search } from "./internal/search/Search.ts"
import type { Program } from "./Program.ts"

/**
 * Which schedules are tried, and how many.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExploreOptions {
  /**
   * - `random`, if not given: preempts at random, seldom in some runs and often in others.
   * - `priorities`: fibers have random priorities, which change at a few places (PCT). Finds what needs long stretches
   *   without a switch.
   * - `depthFirst`: every schedule without a preemption, then every one with one, and so on. Finds the smallest first,
   *   and says whether those were all.
   */
  readonly strategy?: "random" | "priorities" | "depthFirst" | undefined
  /** How many schedules are tried: 1,000 if not given. The first is the usual one. */
  readonly runs?: number | undefined
  /** Decides `random` and `priorities`: 0 if not given. */
  readonly seed?: number | undefined
  /** For `priorities`, at how many places they change; for `depthFirst`, the most preemptions: 2 if not given. */
  readonly preemptions?: number | undefined
  /** How many operations a run may take at one instant of virtual time, and ten times that in all: 20,000 if not given. */
  readonly maxSteps?: number | undefined
}

/**
 * What was tried, and did not fail.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explored {
  readonly schedules: number
  /**
   * - `sampled`: some of all schedules.
   * - `bounded`: every one with as many preemptions as were allowed.
   * - `all`: every one there is.
   */
  readonly coverage: "sampled" | "bounded" | "all"
}

/** Real milliseconds after which other work of the process has its turn. */
const slice = 10

const searchOf = ({ strategy = "random", seed = 0, preemptions = 2 }: ExploreOptions): Search => {
  if (strategy === "depthFirst") return depthFirst(preemptions)
  return strategy === "priorities" ? prioritySearch(seed, preemptions) : randomSearch(seed)
}

const inTurns = (goOn: () => Result | undefined): Effect.Effect<Result> =>
  Effect.callback((resume) => {
    let isStopped = false
    const turn = (): void => {
      if (isStopped) return
      const result = goOn()
      if (result === undefined) nextTurn(turn)
      else resume(Effect.succeed(result))
    }
    nextTurn(turn)
    return Effect.sync(() => {
      isStopped = true
    })
  })

/**
 * Runs a program under many schedules: which ready task is served next, and whether a fiber is preempted between two of
 * its operations, is decided anew in each run. Time is virtual, and jumps as on `VirtualClock`.
 *
 * Every run must begin afresh: let the program make its state, with `Effect.suspend` or as a function that makes the
 * program. Effect's `Random` gives the same numbers in every run. Whoever gives way by itself (`Effect.yieldNow`) stands
 * behind those that were ready then, in every schedule.
 *
 * - **Completes when** as many schedules as were asked for have been run, or none is left; says which of the two.
 * - **Fails when** the program fails or dies in one of them, deadlocks, livelocks, does not end or leaves something
 *   behind: with `FailingSchedule`, which has a trace, and a token for `replay`. With `Escaped` when the program begins
 *   what its schedule does not decide, such as promises and real timers.
 * - **When cancelled**, no further schedule is begun. A run is never left half-way.
 *
 * @example A check and an act that belong together
 * ```ts
 * import { explore } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = () => {
 *   let seats = 1
 *   const book = Effect.gen(function* () {
 *     const free = yield* Effect.sync(() => seats > 0)
 *     if (free) yield* Effect.sync(() => seats--)
 *   })
 *   const overbooked = Effect.suspend(() => (seats < 0 ? Effect.fail("overbooked") : Effect.void))
 *   return Effect.all([book, book], { concurrency: 2 }).pipe(Effect.andThen(overbooked))
 * }
 * const found = await Effect.runPromise(Effect.flip(explore(program)))
 * console.log(found._tag) // => FailingSchedule
 * ```
 *
 * @example Every schedule of a program that is right
 * ```ts
 * import { explore } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.suspend(() => {
 *   let seats = 1
 *   const book = Effect.sync(() => (seats > 0 ? seats-- : 0))
 *   return Effect.all([book, book], { concurrency: 2 }).pipe(
 *     Effect.andThen(Effect.suspend(() => (seats < 0 ? Effect.fail("overbooked") : Effect.void)))
 *   )
 * })
 * const { coverage } = await Effect.runPromise(explore(program, { strategy: "depthFirst", preemptions: Infinity }))
 * console.log(coverage) // => all
 * ```
 *
 * @see replay to run one of them again
 * @category running
 * @since 0.1.0
 */
export const explore = <A, E, R>(
  program: Program<A, E, R>,
  options: ExploreOptions = {}
): Effect.Effect<Explored, FailingSchedule | Escaped, Exclude<R, Scope.Scope>> =>
  Effect.contextWith((context: Context.Context<Exclude<R, Scope.Scope>>) =>
    Effect.suspend(() => {
      const subject = subjectOf(program, context, options.maxSteps)
      const exploration = new Exploration(subject, searchOf(options), options.runs ?? 1_000)
      // In a program on virtual time, no time passes meanwhile.
      const release = drivenBy(Context.get(context, Clock.Clock))?.hold()
      return inTurns(() => exploration.goOn(slice)).pipe(
        Effect.ensuring(Effect.sync(() => release?.())),
        Effect.flatMap((result) =>
          result.found === undefined
            ? Effect.succeed({ schedules: result.schedules, coverage: result.coverage })
            : Effect.fail(result.found)
        )
      )
    })
  )
