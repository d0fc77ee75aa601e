import { Cause, Context, Effect, Exit, Metric } from "effect"
import { Runtime } from "ferrule"
import { drive, type World } from "./drive.ts"
import { LiveFibers } from "./LiveFibers.ts"
import { Trial } from "./Trial.ts"
import { VirtualClock } from "./VirtualClock.ts"

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

const judge = (
  trial: Trial,
  exit: Exit.Exit<void, unknown> | undefined,
  problems: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const reasons = [...trial.broken, ...problems]
  if (reasons.length === 0 && exit !== undefined && Exit.isFailure(exit)) reasons.push(Cause.pretty(exit.cause))
  if (reasons.length === 0 && trial.assertions === 0) reasons.push("nothing was asserted")
  return reasons
}

const programOf = (scenario: Scenario, trial: Trial): Effect.Effect<void, unknown> =>
  Effect.provideService(
    Effect.gen(() => scenario.program(trial)),
    Runtime.failureHook,
    (report) => Effect.sync(() => void trial.reports.push(report))
  )

const roundOnVirtualTime = async (scenario: Scenario, seed: number): Promise<Round> => {
  let trial: Trial | undefined
  const result = await drive(
    (world) => {
      trial = new Trial(world, seed)
      return programOf(scenario, trial)
    },
    { seed, anyOrder: scenario.seeds !== undefined }
  )
  if (trial === undefined) return { order: 0, assertions: 0, reasons: ["the program did not begin"] }
  return { order: result.order, assertions: trial.assertions, reasons: judge(trial, result.exit, result.problems) }
}

const realLimit = 5_000

const roundOnRealTime = async (scenario: Scenario): Promise<Round> => {
  const world: World = { clock: new VirtualClock(), untilQuiet: Effect.never }
  const trial = new Trial(world, 0)
  const live = new LiveFibers()
  const fiber = Effect.runForkWith(Context.make(Metric.FiberRuntimeMetrics, live))(programOf(scenario, trial))
  let timer: NodeJS.Timeout | undefined
  const exit = await new Promise<Exit.Exit<void, unknown> | undefined>((resolve) => {
    fiber.addObserver(resolve)
    timer = setTimeout(() => resolve(undefined), realLimit)
  })
  clearTimeout(timer)
  if (exit === undefined) fiber.interruptUnsafe()
  const problems: Array<string> = []
  if (exit === undefined) problems.push(`hung: not over after ${realLimit} ms of real time`)
  else if (live.count > 0) problems.push(`left running when the program ended, in fibers: ${live.count}`)
  return { order: 0, assertions: trial.assertions, reasons: judge(trial, exit, problems) }
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
