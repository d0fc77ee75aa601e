/** Runs one program under the schedules of each strategy, and stops at the first that breaks it. */
import { explore, type ExploreOptions } from "@ferrule/testing"
import { Effect, Result } from "effect"
import type { Program } from "./Program.ts"

export interface Tries {
  /** How many schedules depth-first may take for each number of preemptions. */
  readonly depthFirst: number
  /** How many are chosen at random, and how many by random priorities, each round with another seed. */
  readonly random: number
  readonly priorities: number
  readonly seed: number
}

export interface Tried {
  readonly claim: string
  /** The most preemptions for which every schedule was tried: -1 if for none, Infinity if for any number. */
  readonly complete: number
  readonly depthFirst: number
  readonly random: number
  readonly priorities: number
  /** The trace and the token of the schedule that breaks it. */
  readonly broken?: string
}

/** So many preemptions are enough for nearly every fault that is known. */
const mostPreemptions = 3
/** Of a group with two tasks a run takes some hundred operations: far from this. */
const maxSteps = 5_000

interface Outcome {
  readonly schedules: number
  readonly isComplete: boolean
  readonly isAll: boolean
  readonly broken: string | undefined
}

const run = (program: Program, options: ExploreOptions): Effect.Effect<Outcome> =>
  Effect.map(Effect.result(explore(program.make, { maxSteps, ...options })), (result) => {
    if (Result.isFailure(result)) {
      const schedules = result.failure._tag === "FailingSchedule" ? result.failure.schedules : 0
      return { schedules, isComplete: false, isAll: false, broken: result.failure.message }
    }
    const { schedules, coverage } = result.success
    return { schedules, isComplete: coverage !== "sampled", isAll: coverage === "all", broken: undefined }
  })

/** With one preemption more, as long as all schedules of the last number were tried. */
const depthFirst = (program: Program, runs: number) =>
  Effect.gen(function* () {
    let [schedules, complete] = [0, -1]
    for (let preemptions = 0; preemptions <= mostPreemptions; preemptions++) {
      const tried = yield* run(program, { strategy: "depthFirst", preemptions, runs })
      schedules += tried.schedules
      if (tried.broken !== undefined) return { schedules, complete, broken: tried.broken }
      if (!tried.isComplete) break
      complete = tried.isAll ? Infinity : preemptions
      if (tried.isAll) break
    }
    return { schedules, complete, broken: undefined }
  })

export const tryProgram = (program: Program, tries: Tries): Effect.Effect<Tried> =>
  Effect.gen(function* () {
    const { claim } = program
    const first = tries.depthFirst > 0 ? yield* depthFirst(program, tries.depthFirst) : undefined
    const seen = { claim, complete: first?.complete ?? -1, depthFirst: first?.schedules ?? 0, random: 0, priorities: 0 }
    if (first?.broken !== undefined) return { ...seen, broken: first.broken }
    for (const strategy of ["random", "priorities"] as const) {
      if (tries[strategy] === 0) continue
      const { schedules, broken } = yield* run(program, { strategy, runs: tries[strategy], seed: tries.seed })
      seen[strategy] = schedules
      if (broken !== undefined) return { ...seen, broken }
    }
    return seen
  })
