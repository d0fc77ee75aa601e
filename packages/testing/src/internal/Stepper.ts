/**
 * Counts the steps of a program, and acts before some of them. An operation is held up by the scheduler's own means: the
 * fiber gives way, as Effect's may do before any operation, and what is due happens before anything else runs.
 *
 * States: off (counts nothing) → counting → off, at the end of the program.
 * Invariant: while `due` is set, the fiber that gave way for it stands in the ready list, so a task follows.
 */
import type * as Fiber from "effect/Fiber"
import { describeFiber } from "../FiberInfo.ts"

/** What to do before which step; the same action may be told to do nothing but look. */
export interface Target {
  readonly step: number
  readonly act: (() => void) | undefined
  /** Called at once: before a fiber gives way for the act. */
  readonly onReached: (() => void) | undefined
}

export class Stepper {
  #counting = false
  #step = 0
  readonly #targets: ReadonlyArray<Target>
  #next = 0
  #due: Target["act"]
  /** What ran at each target that was reached. */
  readonly #ran: Array<string> = []
  /** The last target was no operation: whoever runs next is who ran there. */
  #whose = false
  #watching = false
  /** The fiber that ran first. */
  #root: Fiber.Fiber<unknown, unknown> | undefined
  readonly #onQuiet: (act: () => void) => void
  readonly #afterEvent: () => void

  /** `onQuiet` calls once when every task waits; `afterEvent` is called when what an event led to is over. */
  constructor(targets: ReadonlyArray<Target>, onQuiet: (act: () => void) => void, afterEvent: () => void) {
    this.#targets = targets
    this.#onQuiet = onQuiet
    this.#afterEvent = afterEvent
  }

  get steps(): number {
    return this.#step
  }

  /** How many of the targets were reached. */
  get reached(): number {
    return this.#next
  }

  get ran(): ReadonlyArray<string> {
    return this.#ran
  }

  begin(): void {
    this.#counting = true
    this.#watch()
  }

  end(): void {
    this.#counting = false
  }

  /** A fiber is about to do an operation; true when it has to give way first. */
  operation(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    if (!this.#counting) return false
    this.#watch()
    this.#root ??= fiber
    if (this.#whose) {
      this.#whose = false
      this.#ran.push(`${this.#ran.pop()}, then ${this.#describe(fiber)}`)
    }
    const target = this.#count()
    if (target === undefined) return false
    this.#ran.push(`operation ${fiber.currentOpCount} of ${this.#describe(fiber)} since it last waited`)
    this.#due = target.act
    return target.act !== undefined
  }

  /** Something happens that lets fibers run; what is due, or due here, comes before it. */
  event(what: string, happen: () => void): void {
    this.#actNow()
    if (this.#counting) {
      this.#watch()
      this.#countEvent(what)
    }
    happen()
    this.#afterEvent()
  }

  // Once for each time that anything ran, or time would never be let move.
  #watch(): void {
    if (this.#watching) return
    this.#watching = true
    this.#onQuiet(() => {
      this.#watching = false
      if (!this.#counting) return
      this.#countEvent("every task waits")
      this.#afterEvent()
    })
  }

  #countEvent(what: string): void {
    const target = this.#count()
    if (target === undefined) return
    this.#ran.push(what)
    this.#whose = target.act === undefined
    this.#due = target.act
    this.#actNow()
  }

  #count(): Target | undefined {
    this.#step++
    const target = this.#targets[this.#next]
    if (target?.step !== this.#step) return undefined
    this.#next++
    target.onReached?.()
    return target
  }

  /** Not by its number, which is another one in each run. */
  #describe(fiber: Fiber.Fiber<unknown, unknown>): string {
    return describeFiber(fiber, fiber === this.#root ? "the root fiber" : "a fiber")
  }

  #actNow(): void {
    const act = this.#due
    this.#due = undefined
    act?.()
  }
}
