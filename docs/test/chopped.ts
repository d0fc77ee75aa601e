/** The chop test: a program that is cancelled anywhere ends, cleans up once, and leaves nothing. */
import { VirtualClock } from "@ferrule/testing"
import { Effect, Exit, Scheduler } from "effect"
import { CancelScope, Runtime } from "ferrule"

/** What was opened, and whether each of it was closed, once. */
export class Ledger {
  readonly #open = new Map<unknown, string>()
  readonly wrong: Array<string> = []
  opened = 0

  open(key: unknown, what: string): void {
    this.opened++
    if (this.#open.has(key)) this.wrong.push(`${what} was opened twice`)
    this.#open.set(key, what)
  }

  close(key: unknown, what = "something"): void {
    if (!this.#open.delete(key)) this.wrong.push(`${what} was closed and was not open`)
  }

  /** What is wrong by now: at the end of a program nothing is open any more. */
  get problems(): ReadonlyArray<string> {
    return [...this.wrong, ...Array.from(this.#open.values(), (what) => `${what} was never closed`)]
  }
}

/** Enters each task into the ledger. */
const tasksIn = (ledger: Ledger): Runtime.Observer => ({
  taskStarted: (id, _parent, name) => ledger.open(id, `task "${name}"`),
  taskEnded: (id) => ledger.close(id, `task ${id}`),
  taskWaiting: () => {},
  scopeOpened: () => {},
  scopeClosed: () => {},
  scopeCancelled: () => {}
})

/** A scheduler that tells of every task that it has run. */
const telling = (scheduler: Scheduler.Scheduler, onTurn: () => void): Scheduler.Scheduler => ({
  executionMode: scheduler.executionMode,
  shouldYield: (fiber) => scheduler.shouldYield(fiber),
  makeDispatcher: () => {
    const dispatcher = scheduler.makeDispatcher()
    const scheduleTask = (task: () => void, priority: number): void =>
      dispatcher.scheduleTask(() => {
        task()
        onTurn()
      }, priority)
    return { scheduleTask, flush: () => dispatcher.flush() }
  }
})

type Chopped = (ledger: Ledger) => Effect.Effect<unknown, unknown>

/** Where a program is cancelled: after so many turns of its scheduler, or milliseconds of its time. */
interface Point {
  readonly turn?: number
  readonly time?: number
}

const run = (program: Chopped, { turn, time }: Point) =>
  Effect.gen(function* () {
    const ledger = new Ledger()
    let turns = 0
    const cancelled = CancelScope.run("root", function* (root) {
      const onTurn = (): void => {
        if (++turns === turn) root.cancelUnsafe("chop")
      }
      const scheduler = telling(yield* Scheduler.Scheduler, onTurn)
      if (time !== undefined) yield* Effect.forkChild(Effect.delay(root.cancel("chop"), time))
      return yield* Effect.provideService(program(ledger), Scheduler.Scheduler, scheduler)
    }).pipe(Effect.provideService(Runtime.observer, tasksIn(ledger)))
    const { at, exit, problem } = yield* VirtualClock.observe(cancelled)
    return {
      at,
      exit,
      turns,
      opened: ledger.opened,
      problems: [...(problem ? [problem.message] : []), ...ledger.problems]
    }
  })

/** Cancels the program at 50 points that are evenly spaced, by turns and, if time passes in it, by time. */
export const chop = (program: Chopped, points = 50) =>
  Effect.gen(function* () {
    const whole = yield* run(program, {})
    const wrong = whole.problems.map((problem) => `whole: ${problem}`)
    let cut = 0
    const parts = Array.from({ length: points }, (_, i) => i / points)
    const places = [
      ...parts.map((part): Point => ({ turn: 1 + Math.floor(part * whole.turns) })),
      ...(whole.at === 0 ? [] : parts.map((part): Point => ({ time: part * whole.at })))
    ]
    for (const place of places) {
      const { exit, problems } = yield* run(program, place)
      const at = JSON.stringify(place)
      if (exit !== undefined && Exit.isSuccess(exit) && exit.value._tag === "Cancelled") cut++
      else wrong.push(`${at}: was not cancelled`)
      wrong.push(...problems.map((problem) => `${at}: ${problem}`))
    }
    return { wrong, cut, opened: whole.opened, turns: whole.turns, at: whole.at }
  })
