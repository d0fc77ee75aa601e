import { type Waiter, waitHere } from "@ferrule/runtime"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

type Batch = readonly [unknown]

/**
 * What tasks have made and a reader has not taken, in the order of the items or in that in which they came.
 *
 * Invariant: the reader waits only while nothing can be taken and the outcome is not known.
 */
export class Outbox {
  private readonly ordered: boolean
  private readonly made = new Map<number, unknown>()
  private readonly arrived: Array<number> = []
  private next = 0
  private outcome: Exit.Exit<never, any> | undefined = undefined
  private reader: Waiter<Batch, any> | undefined = undefined
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

  private serve(): void {
    const { reader } = this
    if (reader === undefined) return
    if (this.has) {
      this.reader = undefined
      reader.give([this.take()])
    } else if (this.outcome !== undefined) {
      this.reader = undefined
      reader.end(this.outcome)
    }
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

  readonly pull: Effect.Effect<Batch, any | Cause.Done> = Effect.withFiber((fiber) => {
    if (this.has) return Effect.sync((): Batch => [this.take()])
    if (this.outcome !== undefined) return this.outcome
    return waitHere<Batch, any>(
      fiber,
      (reader) => {
        if (this.has || this.outcome !== undefined) return undefined
        this.reader = reader
        return () => {
          this.reader = undefined
        }
      },
      Effect.suspend(() => this.pull)
    )
  })
}

/** How a group that fills the outbox has ended, for the reader. */
export const endOf = (exit: Exit.Exit<unknown, any>, done: Exit.Exit<never, any>): Exit.Exit<never, any> =>
  Exit.isSuccess(exit) ? done : Exit.failCause(exit.cause)
