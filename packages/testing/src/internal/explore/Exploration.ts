/**
 * Tries one schedule after the other until one fails, or none is left. The first is the usual one. All are watched for
 * work that escapes, so that none of it stays unseen because the usual order does without.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Escaped } from "../../Escaped.ts"
import { FailingSchedule } from "../../FailingSchedule.ts"
import { realMillis } from "../realMillis.ts"
import { depthFirst } from "../search/depthFirst.ts"
import { following, Recorder, type Run, type Turn } from "../search/Schedule.ts"
import type { Coverage, Search } from "../search/Search.ts"
import { shrink } from "../search/shrink.ts"
import { tokenOf } from "../search/token.ts"
import { Escapes } from "./Escapes.ts"
import { type Ran, runOnce, type RunOnceOptions } from "./runOnce.ts"
import { Trace } from "./Trace.ts"

export interface Subject<A, E> {
  readonly program: Effect.Effect<A, E>
  readonly outer: Context.Context<never>
  readonly maxSteps: number
}

export interface Tried<A, E> {
  readonly ran: Ran<A, E>
  readonly schedule: Run
}

/** What it failed with: its own failures, then what was wrong with it. */
export const failureOf = <A, E>({ exit, problem }: Ran<A, E>) => {
  const own = exit !== undefined && Exit.isFailure(exit) ? exit.cause : undefined
  if (problem === undefined) return own
  return own === undefined ? Cause.fail(problem) : Cause.combine<E, typeof problem>(own, Cause.fail(problem))
}

const attempt = <A, E>(
  { program, outer, maxSteps }: Subject<A, E>,
  search: Pick<Search, "choose">,
  watched: Pick<RunOnceOptions, "witness" | "knowsWaits"> = {}
): Tried<A, E> => {
  const recorder = new Recorder(search)
  const ran = runOnce(program, { outer, maxSteps, ...watched, choose: (fork) => recorder.choose(fork) })
  return { ran, schedule: recorder.schedule }
}

/** Runs it on a schedule, and sees what it begins that no schedule decides. */
export const attemptWatched = <A, E>(subject: Subject<A, E>, turns: ReadonlyArray<Turn>) => {
  const escapes = new Escapes()
  const tried = escapes.within(() => attempt(subject, following(turns), { knowsWaits: true }))
  return { ...tried, work: escapes.take() }
}

const nameOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return typeof error
  return "_tag" in error ? String(error._tag) : error.constructor.name
}

/** Two failures of one kind may differ in their figures. */
const kindOf = (failure: Cause.Cause<unknown>): string =>
  failure.reasons
    .map((reason) => {
      if (Cause.isFailReason(reason)) return `Fail ${nameOf(reason.error)}`
      return Cause.isDieReason(reason) ? `Die ${nameOf(reason.defect)}` : "Interrupt"
    })
    .join(", ")

/** Operations, about, that are run to make a schedule smaller, and how many schedules those may be. */
const shrinkSteps = 1_000_000
const fewestAttempts = 500
const mostAttempts = 5_000
/** Then so many more are run one by one, those with fewest preemptions first. */
const smallestAttempts = 500
const unrepeatable = "state that outlives a run, Date.now, Math.random or the like"

/** The first schedule takes the first way everywhere. */
const usual: Pick<Search, "begin" | "choose"> = { begin: () => true, choose: () => 0 }

export type Result =
  | { readonly found: FailingSchedule | Escaped }
  | { readonly found: undefined; readonly schedules: number; readonly coverage: Coverage }

export class Exploration<A, E> {
  readonly #subject: Subject<A, E>
  readonly #search: Search
  readonly #runs: number
  readonly #escapes = new Escapes()
  #schedules = 0

  constructor(subject: Subject<A, E>, search: Search, runs: number) {
    this.#subject = subject
    this.#search = search
    this.#runs = runs
  }

  /** Goes on for about so many real milliseconds; gives the result when there is one. */
  goOn(millis: number): Result | undefined {
    // Once for many runs: to begin and end to watch takes as long as a run.
    return this.#escapes.within(() => this.#goOn(realMillis() + millis))
  }

  #goOn(until: number): Result | undefined {
    do {
      const search = this.#schedules === 0 ? usual : this.#search
      if (this.#schedules >= this.#runs || !search.begin()) return this.#over()
      this.#schedules++
      const tried = attempt(this.#subject, search)
      const work = this.#escapes.take()
      if (work.length > 0) return { found: new Escaped({ work }) }
      const failure = failureOf(tried.ran)
      if (failure !== undefined) return { found: this.#failed(tried, failure) }
    } while (realMillis() < until)
    return undefined
  }

  #over(): Result {
    return { found: undefined, schedules: this.#schedules, coverage: this.#search.coverage }
  }

  #failed({ ran, schedule }: Tried<A, E>, failure: Cause.Cause<unknown>): FailingSchedule | Escaped {
    const kind = kindOf(failure)
    const fails = (turns: ReadonlyArray<Turn>): Run | undefined => {
      const tried = attempt(this.#subject, following(turns))
      const failure = failureOf(tried.ran)
      return failure !== undefined && kindOf(failure) === kind ? tried.schedule : undefined
    }
    if (fails(schedule.turns)?.print !== schedule.print) return new Escaped({ work: [unrepeatable] })
    const attempts = Math.max(fewestAttempts, Math.min(mostAttempts, Math.floor(shrinkSteps / Math.max(ran.steps, 1))))
    return this.#report(this.#smallest(shrink(schedule, fails, attempts), kind))
  }

  /** Leaving out is not always the shortest way: a few more schedules, those with fewest preemptions first. */
  #smallest(shrunk: Run, kind: string): Run {
    const search = depthFirst(shrunk.turns.length - 1)
    for (let i = 0; i < smallestAttempts && shrunk.turns.length > 1 && search.begin(); i++) {
      const { ran, schedule } = attempt(this.#subject, search)
      const failure = failureOf(ran)
      const isSmaller = schedule.turns.length < shrunk.turns.length
      if (isSmaller && failure !== undefined && kindOf(failure) === kind) return schedule
    }
    return shrunk
  }

  #report(smallest: Run): FailingSchedule | Escaped {
    const trace = new Trace()
    // A failure that needs none of it stands, whatever other schedules began on the way.
    this.#escapes.take()
    const { ran, schedule } = attempt(this.#subject, following(smallest.turns), { witness: trace, knowsWaits: true })
    const failure = failureOf(ran)
    const work = this.#escapes.take()
    if (work.length > 0) return new Escaped({ work })
    if (failure === undefined || schedule.print !== smallest.print) return new Escaped({ work: [unrepeatable] })
    return new FailingSchedule({
      failure,
      token: tokenOf(schedule),
      trace: trace.steps,
      choices: schedule.turns.length,
      schedules: this.#schedules
    })
  }
}
