/**
 *   open     tasks may put results. `outcome` is not known.
 *   ended    `outcome` is known, and comes to the reader after the last result.
 *
 * Invariant: the reader waits only while nothing can be taken and the outcome is not known.
 * Invariant: in order, `next` is the index of the first result that was not taken; else `arrived` lists what `made` holds.
 */
import { inOneStep, retreat, tellFirst, type Waiter, waitHere } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

type Batch = readonly [unknown]

/**
 * What tasks have made and a reader has not taken, in the order of the items or in that in which they came.
 */
export class Outbox {
  private readonly ordered: boolean
  private readonly made = new Map<number, unknown>()
  private readonly arrived: Array<number> = []
  private next = 0
  private outcome: Exit.Exit<never, any> | undefined = undefined
  private read = false
  private reader: Waiter<void> | undefined = undefined
  private readonly onTaken: () => void

  constructor(ordered: boolean, onTaken: () => void) {
    this.ordered = ordered
    this.onTaken = onTaken
  }

  /** How many results wait for the reader. */
  get size(): number {
    return this.made.size
  }

  put(index: number, value: unknown): void {
    this.made.set(index, value)
    if (!this.ordered) this.arrived.push(index)
    this.serve()
  }

  /** No more results come: the reader gets those there are, and then this. */
  end(outcome: Exit.Exit<never, any>): void {
    this.outcome ??= outcome
    this.serve()
  }

  /** What no reader was given, because it left early. */
  get unread(): Cause.Cause<unknown> {
    return this.read || this.outcome === undefined || Exit.isSuccess(this.outcome) ? Cause.empty : this.outcome.cause
  }

  private serve(): void {
    if (this.has || this.outcome !== undefined) this.reader?.give(undefined)
  }

  private get has(): boolean {
    return this.ordered ? this.made.has(this.next) : this.arrived.length > 0
  }

  private take(): unknown {
    const index = this.ordered ? this.next++ : this.arrived.shift()!
    const value = this.made.get(index)
    this.made.delete(index)
    this.onTaken()
    return value
  }

  /** One step with the continuation that gets the result: a pull that is cancelled need not be the reader's last. */
  private readonly taken: Effect.Effect<Batch, any> = inOneStep(
    (fiber): Batch => (tellFirst(fiber) || !this.has ? retreat() : [this.take()]),
    () => this.pull
  )

  /** Fails with `Cause.Done` at the end, or with what the group has failed with. */
  readonly pull: Effect.Effect<Batch, any> = Effect.withFiber((fiber) => {
    if (this.has) return this.taken
    if (this.outcome !== undefined) {
      this.read = true
      return this.outcome
    }
    const served = waitHere<void, never>(fiber, (reader) => this.register(reader), Effect.void, "the next result")
    return Effect.flatMap(served, () => this.pull)
  })

  private register(reader: Waiter<void>): (() => void) | undefined {
    if (this.has || this.outcome !== undefined) return undefined
    this.reader = reader
    return () => {
      this.reader = undefined
    }
  }
}

/** How a group that fills the outbox has ended, for the reader. */
export const endOf = (exit: Exit.Exit<unknown, any>, done: Exit.Exit<never, any>): Exit.Exit<never, any> =>
  Exit.isSuccess(exit) ? done : Exit.failCause(exit.cause)
