import { type Clause, Place, type Readiness, type Slot, type Standing, type WaitedFor } from "@ferrule/runtime"
import * as Exit from "effect/Exit"
import type { Taker, Watcher } from "./channelState.ts"
import type { Reader } from "./reading.ts"

/** The clause of `Channel.receiving`. */
export class Receiving<A, E> implements Clause<A, E> {
  private readonly reader: Reader<A, E>

  constructor(reader: Reader<A, E>) {
    this.reader = reader
  }

  get end(): Clause<void, E> {
    return new Ended(this.reader)
  }

  get line(): object {
    return this.reader.pipe.state.takers
  }

  get waitsFor(): { readonly kind: string; readonly what: WaitedFor } {
    return { kind: "an item of", what: this.reader.pipe }
  }

  poll(): Readiness {
    const { state, failure } = this.reader.pipe
    if (this.reader.cancelled) return "never"
    if (state.canTake()) return "ready"
    if (!state.ended) return "waiting"
    return failure === undefined ? "never" : "failed"
  }

  commit(): Exit.Exit<A, E> {
    const { state, failure } = this.reader.pipe
    return failure !== undefined && !state.canTake() ? failure : Exit.succeed(state.take())
  }

  register(slot: Slot<A, E>): Standing {
    const taker = new WaitingReceivingClause(slot, this.reader)
    this.reader.pipe.state.addTaker(taker)
    return taker
  }
}

class WaitingReceivingClause<A, E> extends Place implements Taker<A> {
  readonly handle: Reader<A, E>
  private readonly slot: Slot<A, E>

  constructor(slot: Slot<A, E>, handle: Reader<A, E>) {
    super(slot.selection)
    this.slot = slot
    this.handle = handle
  }

  hand(item: A, number: number): void {
    this.slot.give(item, this.handle.pipe.underway(item, number))
  }

  atEnd(): void {
    const { failure } = this.handle.pipe
    if (failure === undefined || this.handle.cancelled) this.slot.never()
    else this.slot.fail(failure)
  }
}

/** The clause of `Channel.ended`. */
export class Ended<E> implements Clause<void, E> {
  private readonly reader: Reader<any, E>

  constructor(reader: Reader<any, E>) {
    this.reader = reader
  }

  get endOf(): object {
    return this.reader
  }

  get waitsFor(): { readonly kind: string; readonly what: WaitedFor } {
    return { kind: "the end of", what: this.reader.pipe }
  }

  poll(): Readiness {
    if (!this.reader.cancelled && !this.reader.pipe.state.ended) return "waiting"
    return Exit.isSuccess(this.commit()) ? "ready" : "failed"
  }

  commit(): Exit.Exit<void, E> {
    return this.reader.cancelled ? Exit.void : (this.reader.pipe.failure ?? Exit.void)
  }

  register(slot: Slot<void, E>): Standing {
    const watcher = new WaitingEndedClause(slot, this.reader)
    this.reader.pipe.state.watchers.add(watcher)
    return watcher
  }
}

class WaitingEndedClause<E> extends Place implements Watcher {
  readonly handle: Reader<any, E>
  private readonly slot: Slot<void, E>

  constructor(slot: Slot<void, E>, handle: Reader<any, E>) {
    super(slot.selection)
    this.slot = slot
    this.handle = handle
  }

  atEnd(): void {
    const { failure } = this.handle.pipe
    if (failure === undefined || this.handle.cancelled) this.slot.give(undefined)
    else this.slot.fail(failure)
  }
}
