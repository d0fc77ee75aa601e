/**
 * The queue through which everything that waits is woken. A waiter never runs inside the operation that wakes it, so
 * hand-overs neither grow the stack nor surprise the one who hands over; and the queue gives way to timers.
 *
 *   empty       nothing is in line.
 *   scheduled   a microtask, or past 64 wake-ups the next turn of the event loop, will drain it.
 *   draining    it wakes one after the other. What comes meanwhile stands in line.
 *
 * Invariant: while anything is in line, it is scheduled or draining. (Under a foreign scheduler nothing ever is: the line
 * is that scheduler's.)
 * Invariant: `depth` counts the starts and completions under way on this stack; when it is 0, nobody waits for that.
 */
import type * as Context from "effect/Context"
import type * as Scheduler from "effect/Scheduler"
import type * as Fiber from "effect/Fiber"
import { defaultScheduler } from "./internal/defaultScheduler.ts"
import { nextTurn } from "./internal/nextTurn.ts"

/**
 * Something that can be woken.
 *
 * @category building
 * @since 0.1.0
 */
export interface Wakeable {
  /** Goes on. Called once for each time it was enqueued. */
  wake(): void
}

/**
 * Starts a fiber that runs in `context`, in an asynchronous context of its own.
 *
 * @category building
 * @since 0.1.0
 */
export type Starting = <A>(context: Context.Context<any>, start: () => A) => A

/** Wake-ups between two turns of the event loop. More starve timers, fewer cost a turn each. */
const perTurn = 64

/** Nested starts and completions that run on one stack; deeper ones go through the queue. */
const maxDepth = 32

type Mode = "default" | "sync" | "custom"

/**
 * First in, first out. Under Effect's default scheduler it drains in microtasks and gives way to the event loop after
 * every 64 wake-ups; in `runSync` it drains in place, to the end; under any other scheduler every wake-up is a task of
 * that scheduler's dispatcher, so that whoever explores or replays schedules drives it too.
 *
 * @category building
 * @since 0.1.0
 */
export class WakeQueue {
  /** Set while somebody wants to know in whose code a promise is rejected. */
  starting: Starting | undefined = undefined
  private readonly mode: Mode
  private readonly dispatcher: Scheduler.SchedulerDispatcher | undefined
  private items: Array<Wakeable | undefined> = []
  private head = 0
  private urgent: Array<Wakeable> = []
  private scheduled = false
  private draining = false
  private sinceTurn = 0
  private depth = 0
  /** Who waits for the end of all that is nested: the first `waiting` of the list, which stays, for it fills up often. */
  private readonly unnested: Array<(() => void) | undefined> = []
  private waiting = 0
  private readonly fibers = new Set<Fiber.Fiber<unknown, unknown>>()

  constructor(scheduler: Scheduler.Scheduler) {
    this.mode = scheduler === defaultScheduler ? "default" : scheduler.executionMode === "sync" ? "sync" : "custom"
    this.dispatcher = this.mode === "custom" ? scheduler.makeDispatcher() : undefined
  }

  /** Wakes `item` later, after everything that is already in line. */
  enqueue(item: Wakeable): void {
    if (this.dispatcher !== undefined) {
      this.dispatcher.scheduleTask(() => item.wake(), 0)
      return
    }
    this.items.push(item)
    this.schedule()
  }

  /** Wakes `item` on the next turn of the event loop, before everything that is in line: for what goes on in slices. */
  enqueueNextTurn(item: Wakeable): void {
    if (this.dispatcher !== undefined) {
      this.dispatcher.scheduleTask(() => item.wake(), 0)
      return
    }
    this.urgent.push(item)
    this.sinceTurn = perTurn
    this.schedule()
  }

  /** Whether it serves Effect's default scheduler. */
  get isDefault(): boolean {
    return this.mode === "default"
  }

  /** Whether one more start or completion may run on the present stack. */
  get shallow(): boolean {
    return this.depth < maxDepth
  }

  /** A start or a completion runs on the present stack, until `leaveNested`; ask `shallow` first. */
  enterNested(): void {
    this.depth++
  }

  /** Ends what `enterNested` began. */
  leaveNested(): void {
    this.depth--
    if (this.depth > 0 || this.waiting === 0) return
    for (let i = 0; i < this.waiting; i++) {
      const f = this.unnested[i]!
      this.unnested[i] = undefined
      f()
    }
    this.waiting = 0
  }

  /** Calls `f` when nothing nested runs on the present stack any more: now, or at the end of the outermost. */
  whenUnnested(f: () => void): void {
    if (this.depth === 0) f()
    else this.unnested[this.waiting++] = f
  }

  /** Runs `item` on the present stack if there is room, else from the queue. */
  nestedOrLater(item: Wakeable): void {
    if (!this.shallow) return this.enqueue(item)
    this.enterNested()
    try {
      item.wake()
    } finally {
      this.leaveNested()
    }
  }

  /** A fiber was started on behalf of a region or group. Only `settle` wants to know. */
  started(fiber: Fiber.Fiber<unknown, unknown>): void {
    if (this.mode === "sync" && fiber.pollUnsafe() === undefined) this.fibers.add(fiber)
  }

  /**
   * In `runSync` the outermost region drains in place before it waits, and lets fibers that gave way go on, as Effect
   * does with the main one; elsewhere this does nothing.
   */
  settle(): void {
    if (this.mode !== "sync" || this.depth > 0 || this.draining) return
    do {
      this.drain(Infinity)
      for (const fiber of this.fibers) {
        if (fiber.pollUnsafe() === undefined) fiber.currentDispatcher.flush()
        else this.fibers.delete(fiber)
      }
    } while (this.head < this.items.length || this.urgent.length > 0)
  }

  private schedule(): void {
    if (this.scheduled || this.draining) return
    this.scheduled = true
    if (this.sinceTurn < perTurn) queueMicrotask(this.onMicrotask)
    else nextTurn(this.onTurn)
  }

  private readonly onMicrotask = (): void => {
    this.scheduled = false
    this.drain(perTurn - this.sinceTurn)
  }

  private readonly onTurn = (): void => {
    this.scheduled = false
    this.sinceTurn = 0
    this.drain(perTurn)
  }

  private drain(budget: number): void {
    if (this.draining) return
    this.draining = true
    try {
      while (budget > 0) {
        const item = this.take()
        if (item === undefined) return
        budget--
        this.sinceTurn++
        item.wake()
      }
    } finally {
      this.draining = false
      if (this.urgent.length > 0 || this.head < this.items.length) this.schedule()
    }
  }

  private take(): Wakeable | undefined {
    // What goes on in slices asked for a new turn: leave it for that.
    if (this.urgent.length > 0 && (this.mode === "sync" || this.sinceTurn < perTurn)) return this.urgent.shift()
    if (this.head === this.items.length) {
      this.items.length = 0
      this.head = 0
      return undefined
    }
    const item = this.items[this.head]!
    this.items[this.head++] = undefined
    if (this.head === 4096) {
      this.items.splice(0, this.head)
      this.head = 0
    }
    return item
  }
}

// Keyed weakly: a queue lives as long as its scheduler, and nothing is shared that a second copy would need.
const queues = new WeakMap<Scheduler.Scheduler, WakeQueue>()

/**
 * The wake queue of the scheduler that the fiber runs on.
 *
 * @category building
 * @since 0.1.0
 */
export const wakeQueueOf = (fiber: Fiber.Fiber<unknown, unknown>): WakeQueue => {
  const { scheduler } = fiber.cache
  if (scheduler === defaultScheduler) return defaultQueue
  let queue = queues.get(scheduler)
  if (queue === undefined) queues.set(scheduler, (queue = new WakeQueue(scheduler)))
  return queue
}

const defaultQueue = new WakeQueue(defaultScheduler)
