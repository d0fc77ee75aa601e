/**
 * A Scheduler whose every choice is somebody else's: which ready task is next, and, between every two operations of a
 * fiber, whether it goes on. It has one ready list, and is served only when told to.
 *
 * Invariant: a fiber that was preempted is not asked about again before it has done the operation before which it was
 * stopped; else two fibers could preempt each other for ever.
 * Invariant: a fiber that begins, or that something has woken or interrupted, does its first operation at once. The stock
 * scheduler never stops one there, and an interrupt that is stopped before the fiber's start is lost.
 * Invariant: whoever gave way by itself stands behind all that was ready then. The stock scheduler sees to that, too, and
 * a loop that polls would otherwise keep out for ever what it waits for.
 */
import * as Fiber from "effect/Fiber"
import type * as Scheduler from "effect/Scheduler"
import type { Fork } from "../search/Search.ts"

type AnyFiber = Fiber.Fiber<unknown, unknown>

interface Entry {
  readonly task: () => void
  /** Whose it is: the one that was preempted or gave way; else a thread of its own, and its first fiber's. */
  readonly thread: number
  readonly preempted: boolean
  /** May be served only when it is the first. */
  waitsItsTurn: boolean
}

export interface Watcher {
  /** The fiber is about to do an operation; `begins` says that it has just been started, woken or gone on. */
  ran(fiber: AnyFiber, begins: boolean): void
  /** It is stopped before that operation. */
  preempted(fiber: AnyFiber): void
}

export interface ChoiceListOptions {
  readonly choose: (fork: Fork) => number
  /** Told of every fiber that runs, again and again. */
  readonly onRun: (fiber: AnyFiber) => void
  /** How many operations may be run. Past that all fibers stop, and nothing is served. */
  readonly maxSteps: number
  readonly watcher?: Watcher | undefined
}

export class ChoiceList implements Scheduler.Scheduler {
  readonly executionMode = "async"
  readonly #options: ChoiceListOptions
  readonly #ready: Array<Entry> = []
  readonly #threads = new Map<AnyFiber, number>()
  /** 0 is the program itself. */
  #nextThread = 1
  #steps = 0
  #limit: number
  /** The first fiber that ran in the task that is served: all others run on top of it. */
  #root: AnyFiber | undefined
  /** The root was preempted, and has not yet done the operation before which it was. */
  #resumes = false
  #servedThread = 0
  /** `shouldYield` has just preempted it: what is scheduled next is its own return. */
  #stopping: AnyFiber | undefined
  /** Where the one goes on that was chosen when the root was preempted. */
  #chosen: Entry | undefined
  /** Scheduled by this fiber, and nothing done since: it has given way, if it does not go on. */
  #last: { readonly entry: Entry; readonly fiber: AnyFiber } | undefined
  #usual = false
  /** The fiber that this run is made in: the clock, which runs in no fiber of the program, would be taken for it. */
  readonly #around = Fiber.getCurrent()

  constructor(options: ChoiceListOptions) {
    this.#options = options
    this.#limit = options.maxSteps
  }

  /** How many operations were run. */
  get steps(): number {
    return this.#steps
  }

  get isSpent(): boolean {
    return this.#steps >= this.#limit
  }

  get size(): number {
    return this.#ready.length
  }

  /** How many of the ready were stopped in the middle of something. */
  get preempted(): number {
    let count = 0
    for (const entry of this.#ready) if (entry.preempted) count++
    return count
  }

  /** From here on nobody is preempted, first come is first served, and so many more operations may be run. */
  goUsual(maxSteps: number): void {
    this.#usual = true
    this.#chosen = undefined
    this.#limit = this.#steps + maxSteps
  }

  shouldYield(fiber: AnyFiber): boolean {
    const begins = fiber.currentOpCount <= 1
    this.#steps++
    if (begins) this.#options.onRun(fiber)
    if (this.#root === undefined) this.#adopt(fiber)
    // It goes on, so that was a fork or a wake-up, and no giving way.
    if (this.#last?.fiber === fiber) this.#last = undefined
    const stops = this.#asks(fiber, begins)
    this.#options.watcher?.ran(fiber, begins)
    if (stops) this.#options.watcher?.preempted(fiber)
    return stops
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return {
      scheduleTask: (task) => this.add(task),
      flush: () => {
        while (this.serve());
      }
    }
  }

  add(task: () => void): void {
    const stopped = this.#stopping
    const fiber = stopped ?? this.#current()
    this.#stopping = undefined
    const thread = stopped === undefined ? this.#nextThread++ : this.#threadOf(stopped)
    const entry: Entry = { task, thread, preempted: stopped !== undefined, waitsItsTurn: false }
    this.#ready.push(entry)
    if (stopped === undefined && fiber !== undefined) this.#last = { entry, fiber }
  }

  /** Serves one task; false when none is ready, or the operations are used up. */
  serve(): boolean {
    if (this.#ready.length === 0 || this.isSpent) return false
    this.#settleLast()
    const entry = this.#take()
    this.#root = undefined
    this.#resumes = entry.preempted
    this.#servedThread = entry.thread
    entry.task()
    return true
  }

  #current(): AnyFiber | undefined {
    const fiber = Fiber.getCurrent()
    return fiber === this.#around ? undefined : fiber
  }

  #asks(fiber: AnyFiber, begins: boolean): boolean {
    if (begins) return false
    if (this.#resumes && fiber === this.#root) return (this.#resumes = false)
    if (this.isSpent || fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield) return true
    if (this.#usual) return false
    return fiber === this.#root ? this.#asksRoot(fiber) : this.#asksNested(fiber)
  }

  #asksRoot(fiber: AnyFiber): boolean {
    // One that was chosen and not served yet: the root ended, and what runs now is on its stack.
    if (this.#ready.length === 0 || this.#chosen !== undefined) return false
    const open = this.#open()
    const way = this.#options.choose({
      count: open.length + 1,
      running: true,
      threadOf: (way) => (way === 0 ? this.#threadOf(fiber) : open[way - 1]!.thread)
    })
    if (way === 0) return false
    this.#chosen = open[way - 1]
    this.#stopping = fiber
    return true
  }

  /** It runs on the stack of whoever woke it, who goes on if it is stopped. */
  #asksNested(fiber: AnyFiber): boolean {
    const threadOf = (way: number): number => (way === 0 ? this.#threadOf(fiber) : this.#servedThread)
    if (this.#options.choose({ count: 2, running: true, threadOf }) === 0) return false
    this.#stopping = fiber
    return true
  }

  #take(): Entry {
    const ready = this.#ready
    const chosen = this.#chosen
    this.#chosen = undefined
    if (chosen !== undefined) {
      const at = ready.indexOf(chosen)
      if (at >= 0) return ready.splice(at, 1)[0]!
    }
    if (ready.length === 1 || this.#usual) return ready.shift()!
    const open = this.#open()
    if (open.length === 1) return ready.shift()!
    const way = this.#options.choose({ count: open.length, running: false, threadOf: (way) => open[way]!.thread })
    const entry = open[way]!
    ready.splice(ready.indexOf(entry), 1)
    return entry
  }

  /** Those that may be served now. */
  #open(): ReadonlyArray<Entry> {
    const ready = this.#ready
    for (let i = 1; i < ready.length; i++) {
      if (ready[i]!.waitsItsTurn) return ready.filter((entry, at) => at === 0 || !entry.waitsItsTurn)
    }
    return ready
  }

  #settleLast(): void {
    const last = this.#last
    if (last === undefined) return
    this.#last = undefined
    if (last.fiber.pollUnsafe() === undefined) last.entry.waitsItsTurn = true
  }

  #adopt(fiber: AnyFiber): void {
    this.#root = fiber
    if (!this.#threads.has(fiber)) this.#threads.set(fiber, this.#servedThread)
  }

  #threadOf(fiber: AnyFiber): number {
    let thread = this.#threads.get(fiber)
    if (thread === undefined) this.#threads.set(fiber, (thread = this.#nextThread++))
    return thread
  }
}
