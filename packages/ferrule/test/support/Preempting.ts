import { Effect, type Exit, Metric, type Fiber, type Scheduler } from "effect"

/** A small generator of numbers from 0 to below 1: the same seed, the same numbers. */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A scheduler that may take a fiber off before any operation, its first one too, and serves ready tasks in random
 * order. After each time a fiber has given way it may do two operations, or it would never get anywhere.
 */
class Preempting implements Scheduler.Scheduler {
  readonly executionMode = "async"
  private readonly ready: Array<() => void> = []
  private readonly grace = new WeakMap<object, number>()
  private readonly random: () => number
  private readonly chance: number

  constructor(random: () => number, chance: number) {
    this.random = random
    this.chance = chance
  }

  shouldYield(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    const left = this.grace.get(fiber) ?? 0
    if (left > 0) this.grace.set(fiber, left - 1)
    else if (this.random() < this.chance) {
      this.grace.set(fiber, 2)
      return true
    }
    return false
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return { scheduleTask: (task) => void this.ready.push(task), flush: () => {} }
  }

  /** Serves one task; says whether there was one. */
  step(): boolean {
    if (this.ready.length === 0) return false
    const [task] = this.ready.splice(Math.floor(this.random() * this.ready.length), 1)
    task!()
    return true
  }
}

/** Counts the fibers that were started and have not ended. */
class LiveFibers implements Metric.FiberRuntimeMetricsService {
  count = 0
  recordFiberStart = (): void => void this.count++
  recordFiberEnd = (): void => void this.count--
}

/** How a program ended under one schedule: its exit, if it ended, and the fibers that it left. */
export interface Explored<A, E> {
  readonly exit: Exit.Exit<A, E> | undefined
  readonly fibersLeft: number
  readonly endless: boolean
}

/**
 * Runs a program under one random schedule, until nothing is ready any more. One that waits then is interrupted from
 * outside, if `interrupt` says so.
 */
export const explore = <A, E>(program: Effect.Effect<A, E>, seed: number, interrupt = false): Explored<A, E> => {
  const random = randomFrom(seed)
  const scheduler = new Preempting(random, [0, 0.02, 0.1, 0.3][seed % 4]!)
  const fibers = new LiveFibers()
  const fiber = Effect.runFork(Effect.provideService(program, Metric.FiberRuntimeMetrics, fibers), { scheduler })
  let steps = 0
  const settle = (): void => {
    while (steps < 100_000 && scheduler.step()) steps++
  }
  settle()
  if (interrupt && fiber.pollUnsafe() === undefined) {
    fiber.interruptUnsafe()
    settle()
  }
  return { exit: fiber.pollUnsafe(), fibersLeft: fibers.count, endless: steps === 100_000 }
}
