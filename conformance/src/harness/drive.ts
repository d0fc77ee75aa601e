import { Clock, Context, Effect, type Exit, type Fiber, Metric, Random, References, Scheduler } from "effect"
import { LiveFibers } from "./LiveFibers.ts"
import { ReadyList } from "./ReadyList.ts"
import { VirtualClock } from "./VirtualClock.ts"

export interface DriveOptions {
  /** Drives Effect's Random and, with `anyOrder`, the order in which ready tasks are served. */
  readonly seed?: number
  readonly anyOrder?: boolean
  /** More services for the program. */
  readonly services?: Context.Context<never>
  /** Ready tasks that may be served without the clock moving before it is called a livelock. */
  readonly stepLimit?: number
  /** Real milliseconds after which the program is given up. */
  readonly realLimit?: number
}

/** What a program has in hand besides Effect's own services. */
export interface World {
  readonly clock: VirtualClock
  /** Waits until every task waits, without moving the clock. */
  readonly untilQuiet: Effect.Effect<void>
}

export interface Drive<A, E> {
  /** Undefined when the program did not end. */
  readonly exit: Exit.Exit<A, E> | undefined
  /** The virtual instant at which it ended, in milliseconds. */
  readonly at: number
  /** Deadlock, livelock, too slow, or something left behind: one sentence each. */
  readonly problems: ReadonlyArray<string>
  /** A hash of the order in which ready tasks were served. */
  readonly order: number
}

const settleTurns = 2
const slice = 1024

// A turn of the real event loop lets promises and async iterators settle, which no virtual time can hurry.
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? "" : "s"}`

class Driver<A, E> {
  readonly clock = new VirtualClock()
  readonly ready: ReadyList
  readonly live = new LiveFibers()
  readonly #quiet: Array<() => void> = []
  readonly #stepLimit: number
  readonly #realLimit: number
  readonly #startedAt = performance.now()
  #instantStart = 0
  #end: { readonly exit: Exit.Exit<A, E>; readonly at: number } | undefined
  /** How many fibers were live after the step in which the program ended. */
  #liveAtEnd: number | undefined

  constructor(options: DriveOptions) {
    this.ready = new ReadyList(options.anyOrder ? (options.seed ?? 0) : undefined)
    this.#stepLimit = options.stepLimit ?? 2_000_000
    this.#realLimit = options.realLimit ?? 5_000
  }

  readonly untilQuiet: Effect.Effect<void> = Effect.callback((resume) => {
    this.#quiet.push(() => resume(Effect.void))
  })

  start(program: Effect.Effect<A, E>, options: DriveOptions): Fiber.Fiber<A, E> {
    const context = (options.services ?? Context.empty()).pipe(
      Context.add(Clock.Clock, this.clock),
      Context.add(Scheduler.Scheduler, this.ready),
      Context.add(Metric.FiberRuntimeMetrics, this.live),
      Context.add(References.MinimumLogLevel, "None")
    )
    const fiber = Effect.runForkWith(context)(Random.withSeed(program, `seed ${options.seed ?? 0}`))
    fiber.addObserver((exit) => {
      this.#end = { exit, at: this.clock.currentTimeMillisUnsafe() }
    })
    this.#afterStep()
    return fiber
  }

  /** Runs to the program's end, or to the first problem that keeps it from ending. */
  async run(): Promise<string | undefined> {
    while (true) {
      const problem = await this.#settle()
      if (problem !== undefined || this.#end !== undefined) return problem
      const waiting = this.#quiet.splice(0)
      if (waiting.length > 0) {
        for (const wake of waiting) this.ready.add(wake)
        continue
      }
      const before = this.clock.currentTimeMillisUnsafe()
      if (!this.clock.jump()) {
        return `deadlock at ${before}: no timer is armed, and all that is left waits (${count(this.live.count, "fiber")})`
      }
      if (this.clock.currentTimeMillisUnsafe() !== before) this.#instantStart = this.ready.served
      this.#fireDue()
    }
  }

  /** What is left once the program has ended. */
  leftovers(): ReadonlyArray<string> {
    const problems: Array<string> = []
    if (this.#leaks) problems.push(`left running when the program ended: ${count(this.#liveAtEnd ?? 0, "fiber")}`)
    if (this.clock.armed > 0) problems.push(`left armed after the program ended: ${count(this.clock.armed, "timer")}`)
    if (this.ready.size > 0) problems.push(`left ready after the program ended: ${count(this.ready.size, "task")}`)
    return problems
  }

  result(problems: ReadonlyArray<string>): Drive<A, E> {
    return {
      exit: this.#end?.exit,
      at: this.#end?.at ?? this.clock.currentTimeMillisUnsafe(),
      problems,
      order: this.ready.order
    }
  }

  get #leaks(): boolean {
    return this.#liveAtEnd !== undefined && this.#liveAtEnd > 0
  }

  // A fiber further down the stack may end the program and then itself, so the count waits for the step to be over.
  #afterStep(): void {
    if (this.#end !== undefined) this.#liveAtEnd ??= this.live.count
  }

  #fireDue(): void {
    const due = this.clock.takeDue()
    if (due === undefined) return
    // Sleepers go through the ready list, so that a seed can shuffle whom an instant wakes first.
    if (due.kind === "sleep") for (const fire of due.fires) this.ready.add(fire)
    else for (const fire of due.fires) fire()
    this.#afterStep()
  }

  async #settle(): Promise<string | undefined> {
    for (let turns = 0; turns < settleTurns;) {
      turns++
      // What a program leaves running may never come to rest, and counts as left over already.
      while (this.ready.size > 0 && !this.#leaks) {
        turns = 0
        for (let i = 0; i < slice && !this.#leaks && this.ready.serve(); i++) this.#afterStep()
        const problem = this.#overBudget()
        if (problem !== undefined) return problem
      }
      await turn()
      this.#afterStep()
    }
    return undefined
  }

  #overBudget(): string | undefined {
    const at = this.clock.currentTimeMillisUnsafe()
    const steps = this.ready.served - this.#instantStart
    if (steps > this.#stepLimit) return `livelock at ${at}: ${steps} tasks were served and the clock did not move`
    if (performance.now() - this.#startedAt > this.#realLimit) {
      return `hung at ${at}: not over after ${this.#realLimit} ms of real time`
    }
    return undefined
  }
}

/** Runs a program on virtual time and reports how it ended and what it left behind. */
export const drive = async <A, E>(
  program: (world: World) => Effect.Effect<A, E>,
  options: DriveOptions = {}
): Promise<Drive<A, E>> => {
  const driver = new Driver<A, E>(options)
  const fiber = driver.start(
    Effect.suspend(() => program(driver)),
    options
  )
  const problem = await driver.run()
  if (problem === undefined) return driver.result(driver.leftovers())
  const result = driver.result([problem])
  fiber.interruptUnsafe()
  return result
}
