import { leavesNothing, VirtualClock } from "@ferrule/testing"
import { Cause, Effect, Exit, References } from "effect"
import { Runtime } from "ferrule"
import { Trial } from "./Trial.ts"

export type Program = (trial: Trial) => Generator<Effect.Effect<any, any>, void, never>

export interface Scenario {
  readonly id: string
  /** A claim in the present tense. */
  readonly claim: string
  readonly program: Program
  /** How many seeds it is repeated with; each also shuffles the order in which ready tasks are served. */
  readonly seeds?: number
  /** How many distinct orders the seeds must show. */
  readonly orders?: number
  readonly realClock?: boolean
}

export interface Verdict {
  readonly id: string
  readonly passed: boolean
  /** What did not hold; empty when it passed. */
  readonly reasons: ReadonlyArray<string>
  readonly assertions: number
}

/** A scenario on virtual time, run once. */
export const scenario = (id: string, claim: string, program: Program): Scenario => ({ id, claim, program })

/** A scenario that must hold in every order of tasks: 100 seeds, at least 50 distinct orders. */
export const inAnyOrder = (id: string, claim: string, program: Program, orders = 50): Scenario => ({
  id,
  claim,
  program,
  seeds: 100,
  orders
})

/** A scenario on the real clock and Effect's own scheduler. */
export const onRealClock = (id: string, claim: string, program: Program): Scenario => ({
  id,
  claim,
  program,
  realClock: true
})

interface Round {
  readonly order: number
  readonly assertions: number
  readonly reasons: ReadonlyArray<string>
}

const realLimit = 5_000

const judge = (
  trial: Trial,
  exit: Exit.Exit<void, unknown> | undefined,
  problem: string | undefined
): ReadonlyArray<string> => {
  const reasons = [...trial.broken, ...(problem === undefined ? [] : [problem])]
  if (reasons.length === 0 && exit !== undefined && Exit.isFailure(exit)) reasons.push(Cause.pretty(exit.cause))
  if (reasons.length === 0 && trial.assertions === 0) reasons.push("nothing was asserted")
  return reasons
}

/** The scenario's program, which fails with nothing but what is wrong; the trial is there as soon as it begins. */
const programOf = (scenario: Scenario, seed: number, begun: (trial: Trial) => void): Effect.Effect<void, unknown> =>
  Effect.clockWith((clock) => {
    const trial = new Trial(clock, seed)
    begun(trial)
    return Effect.provideService(
      Effect.gen(() => scenario.program(trial)),
      Runtime.failureHook,
      (report) => Effect.sync(() => void trial.reports.push(report))
    )
  }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))

const roundOnVirtualTime = async (scenario: Scenario, seed: number): Promise<Round> => {
  let trial: Trial | undefined
  const program = programOf(scenario, seed, (begun) => (trial = begun))
  const shuffled = scenario.seeds === undefined ? undefined : seed
  const run = await Effect.runPromise(VirtualClock.observe(program, { seed: shuffled, patience: realLimit }))
  if (trial === undefined) return { order: 0, assertions: 0, reasons: ["the program did not begin"] }
  return { order: run.order, assertions: trial.assertions, reasons: judge(trial, run.exit, run.problem?.message) }
}

const roundOnRealTime = async (scenario: Scenario): Promise<Round> => {
  let trial: Trial | undefined
  const program = leavesNothing(programOf(scenario, 0, (begun) => (trial = begun)))
  let timer: NodeJS.Timeout | undefined
  const exit = await new Promise<Exit.Exit<void, unknown> | undefined>((resolve) => {
    // Armed before the program begins, which may leave no timer more than there were.
    timer = setTimeout(() => {
      resolve(undefined)
      fiber.interruptUnsafe()
    }, realLimit)
    const fiber = Effect.runFork(program)
    fiber.addObserver(resolve)
  })
  clearTimeout(timer)
  if (trial === undefined) return { order: 0, assertions: 0, reasons: ["the program did not begin"] }
  const hung = exit === undefined ? `hung: not over after ${realLimit} ms of real time` : undefined
  return { order: 0, assertions: trial.assertions, reasons: judge(trial, exit, hung) }
}

/** Runs a scenario with all its seeds and says whether it passed. `beat` is called before each round. */
export const runScenario = async (scenario: Scenario, beat: () => void = () => {}): Promise<Verdict> => {
  const orders = new Set<number>()
  let assertions = 0
  for (let seed = 0; seed < (scenario.seeds ?? 1); seed++) {
    beat()
    const round = await (scenario.realClock ? roundOnRealTime(scenario) : roundOnVirtualTime(scenario, seed))
    orders.add(round.order)
    assertions += round.assertions
    if (round.reasons.length > 0) {
      const reasons = scenario.seeds === undefined ? round.reasons : round.reasons.map((why) => `seed ${seed}: ${why}`)
      return { id: scenario.id, passed: false, reasons, assertions }
    }
  }
  const wanted = scenario.orders ?? 1
  const reasons = orders.size < wanted ? [`only ${orders.size} distinct orders were seen, ${wanted} are wanted`] : []
  return { id: scenario.id, passed: reasons.length === 0, reasons, assertions }
}
