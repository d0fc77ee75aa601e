/**
 * What a channel does, without Effect, clock or randomness. Everything here happens in the step that asks for it; whoever
 * waits is served through its place (`hand`, `accepted` …), which puts it into the wake queue and runs nothing.
 *
 * States of a channel, and what is true in each:
 *   open       senders > 0 and receivers > 0.
 *   closing    senders === 0: no more sends, but items are buffered, sends wait in line, a permit may still commit, or
 *              an item is on its way to a receiver that may still be cancelled and give it back.
 *   ended      senders === 0 and none of that: receivers are shown the end, or the failure.
 *   abandoned  receivers === 0: nothing is buffered; sends fail.
 *
 * The way of an item: given -> (in line) -> (buffered) -> on its way -> received, or back; or undelivered.
 *
 * Invariants:
 *   1. While a receive that can be served waits, nothing is buffered, and a send of another waits behind permits only.
 *   2. While a send that can be served waits, buffered + reserved >= capacity + the receives that wait.
 *   3. sent === received + buffered + undelivered, where `received` counts what is on its way.
 *   4. Items leave in the order they came in; one that comes back goes in front of all that left after it.
 */
import { type Figured, type OpenResource, type Place, WaitLine } from "@ferrule/runtime"
import { ReaderLine } from "./ReaderLine.ts"
import { Returned } from "./Returned.ts"
import { Ring } from "./Ring.ts"

/** Who closed the end that was missed. */
export type Side = "sender" | "receiver"

/** A receive, or a receiving clause, that waits. `handle` is the receiver it waits on. */
export interface Taker<in A> extends Place {
  readonly handle: object
  /** It owns `item` from now on; `number` says under which number it left. */
  hand(item: A, number: number): void
  atEnd(): void
}

/** What becomes of an item for which there is no room. */
export type Overflow = "wait" | "dropNewest" | "dropOldest"

/** Items may be undefined, too. */
export const nothing: unique symbol = Symbol("nothing")

/** A send, a sending clause, or a reserve, that waits. */
export interface Giver<out A> extends Place {
  /** `nothing` of a reserve: it asks for room alone. */
  readonly item: A | typeof nothing
  /** Whether the item counts as given although nobody has taken it: that of a send does, that of a clause does not. */
  readonly begun: boolean
  accepted(): void
  refused(): void
}

/** An `ended` clause that waits. */
export interface Watcher extends Place {
  readonly handle: object
  atEnd(): void
}

export class ChannelState<A> implements Figured {
  readonly capacity: number
  readonly overflow: Overflow
  readonly takers = new ReaderLine<Taker<A>>((taker) => this.serveTaker(taker))
  readonly givers = new WaitLine<Giver<A>>((giver) => this.serveGiver(giver))
  // The end shows itself to every watcher, held or not: there is nothing to serve later.
  readonly watchers = new ReaderLine<Watcher>(() => {})
  private readonly ring = new Ring<A>()
  private readonly returned = new Returned<A>()
  senders = 1
  receivers = 1
  /** Items that waiting receivers own and do not have yet. */
  private onTheirWay = 0
  private numbers = 0
  /** Permits that have neither committed nor been given back. */
  private reserved = 0
  sent = 0
  received = 0
  undelivered = 0
  peak = 0
  /** Set if somebody watches: open until the channel has ended, or is abandoned. */
  resource: OpenResource | undefined = undefined

  constructor(capacity: number, overflow: Overflow = "wait") {
    this.capacity = capacity
    this.overflow = overflow
  }

  get buffered(): number {
    return this.ring.size + this.returned.size
  }

  get figures(): Readonly<Record<string, number | string>> {
    const { buffered, capacity, givers, onTheirWay, peak, reserved, takers } = this
    return {
      items: buffered,
      capacity,
      peak,
      sendersWaiting: givers.size,
      receiversWaiting: takers.size,
      permits: reserved,
      onTheirWay
    }
  }

  get ended(): boolean {
    return (
      this.senders === 0 &&
      this.buffered === 0 &&
      this.givers.size === 0 &&
      this.onTheirWay === 0 &&
      this.reserved === 0
    )
  }

  /** Whether `take` has something for `taker`, or for one who does not wait. */
  canTake(taker?: Taker<A>): boolean {
    if (this.buffered > 0) return true
    const giver = this.givers.first(taker?.waiter)
    if (giver === undefined || giver.item === nothing) return false
    // A receive may wait for a permit to commit, and a send behind that permit: who comes now overtakes neither.
    return this.reserved === 0 || this.takers.first(taker?.waiter) === undefined
  }

  /** A receive waits. One who reserves may have waited for that. */
  addTaker(taker: Taker<A>): void {
    this.takers.add(taker)
    this.letIn()
  }

  /** The next item. Ask `canTake` first. */
  take(): A {
    const item = this.remove(undefined)
    if (this.givers.size > 0) this.letIn()
    this.endIfEnded()
    return item
  }

  /** Whether `put` has room for `giver`, or for one who does not wait. */
  canPut(giver?: Giver<A>): boolean {
    if (this.reserved > 0) return this.canPutBesides(giver)
    return this.buffered < this.capacity || this.takers.first(giver?.waiter) !== undefined
  }

  /** As `canPut`, where permits have a right to the first places. */
  private canPutBesides(giver: Giver<A> | undefined): boolean {
    return this.takers.atLeast(this.buffered + this.reserved - this.capacity + 1, giver?.waiter)
  }

  /** Takes an item in. Ask `canPut` first, and whether there is a receiver at all. */
  put(item: A, giver?: Giver<A>): void {
    this.sent++
    const taker = this.takers.first(giver?.waiter)
    if (taker === undefined) this.buffer(item)
    else this.handTo(taker, item, ++this.numbers)
  }

  /** Takes an item in, though another may have to go for it. Gives what nobody will have, which may be the item. */
  putOrDrop(item: A): A | typeof nothing {
    if (this.canPut()) {
      this.put(item)
      return nothing
    }
    this.sent++
    if (this.overflow === "dropNewest" || this.buffered === 0) {
      this.undelivered++
      return item
    }
    const oldest = this.dropOldest()
    this.buffer(item)
    return oldest
  }

  /** Drops the item that would be received next. Ask `buffered` first. */
  dropOldest(): A {
    this.undelivered++
    return this.returned.size > 0 ? this.returned.take() : this.ring.shift()
  }

  /** Sets a place aside for an item that is not there yet. Ask `canPut` first. */
  reserve(): void {
    this.reserved++
  }

  /** The item for a place that was set aside; it has room, whatever has happened since. */
  commit(item: A): "kept" | "undelivered" {
    this.reserved--
    if (this.receivers === 0) {
      this.lose()
      return "undelivered"
    }
    this.put(item)
    return "kept"
  }

  /** A place that was set aside is not needed any more. */
  giveBack(): void {
    this.reserved--
    this.letIn()
    this.endIfEnded()
  }

  /** An item that was on its way has arrived. */
  arrived(): void {
    this.onTheirWay--
    this.endIfEnded()
  }

  /** An item comes back from a receiver that did not get it. Says whether nobody is left who could have it. */
  putBack(item: A, number: number, hadArrived: boolean): "kept" | "undelivered" {
    if (!hadArrived) this.onTheirWay--
    this.received--
    if (this.receivers === 0) {
      this.undelivered++
      return "undelivered"
    }
    const taker = this.takers.first()
    if (taker !== undefined) this.handTo(taker, item, number)
    else {
      this.returned.add(item, number)
      this.peak = Math.max(this.peak, this.buffered)
    }
    return "kept"
  }

  /** An item that was given, and that nobody will have. */
  lose(): void {
    this.sent++
    this.undelivered++
  }

  /** Drops what is buffered, and says how many items that were. */
  dropBuffered(): number {
    const dropped = this.buffered
    while (this.returned.size > 0) this.returned.take()
    while (this.ring.size > 0) this.ring.shift()
    this.undelivered += dropped
    return dropped
  }

  /** A place in the senders' line is given up. */
  withdraw(giver: Giver<A>): void {
    this.givers.remove(giver)
    // A send in line keeps the end from being shown.
    this.endIfEnded()
  }

  /** One sender handle closes; sends that wait stay in line. */
  closeSender(): void {
    this.senders--
    this.endIfEnded()
  }

  /** All sender handles close at once. */
  closeAllSenders(): void {
    this.senders = 0
    this.endIfEnded()
  }

  /** There is one more receiver handle. */
  addReceiver(clone: object): void {
    this.receivers++
    this.takers.know(clone)
    this.watchers.know(clone)
  }

  /** One receiver handle is given up. Gives the items that nobody can have any more, in order. */
  cancelReceiver(handle: object): ReadonlyArray<A> {
    this.receivers--
    for (const taker of this.takers.on(handle)) this.endPlace(taker)
    for (const watcher of this.watchers.on(handle)) this.endPlace(watcher)
    return this.receivers === 0 ? this.abandon() : []
  }

  private abandon(): ReadonlyArray<A> {
    this.resource?.close()
    const left: Array<A> = []
    while (this.returned.size > 0) left.push(this.returned.take())
    while (this.ring.size > 0) left.push(this.ring.shift())
    this.undelivered += left.length
    for (const giver of this.givers.all()) {
      this.givers.remove(giver)
      if (giver.begun && giver.item !== nothing) {
        this.lose()
        left.push(giver.item)
      }
      giver.refused()
    }
    return left
  }

  private buffer(item: A): void {
    this.ring.push(item)
    this.peak = Math.max(this.peak, this.buffered)
  }

  private handTo(taker: Taker<A>, item: A, number: number): void {
    this.takers.remove(taker)
    this.received++
    this.onTheirWay++
    taker.hand(item, number)
  }

  /** Takes the next item out; there may be room then. */
  private remove(taker: Taker<A> | undefined): A {
    this.received++
    if (this.returned.size > 0) return this.returned.take()
    if (this.ring.size > 0) return this.ring.shift()
    const giver = this.givers.first(taker?.waiter)!
    this.sent++
    this.accept(giver)
    // Sound: `canTake` has said so.
    return giver.item as A
  }

  /** Those who wait with an item, or to reserve, come in while there is room. */
  private letIn(): void {
    if (this.givers.size === 0) return
    let giver = this.nextToLetIn()
    while (giver !== undefined) {
      this.letInOne(giver)
      giver = this.nextToLetIn()
    }
  }

  private nextToLetIn(): Giver<A> | undefined {
    const first = this.givers.first()
    if (first === undefined || this.canPut(first)) return first
    // One who both sends and receives is not its own partner, and does not bar those behind it.
    return this.canPut() ? this.givers.find((giver) => this.canPut(giver)) : undefined
  }

  private letInOne(giver: Giver<A>): void {
    if (giver.item === nothing) this.reserve()
    // Before the giver leaves the line: what a select withdraws then may look whether the channel has ended.
    else this.put(giver.item, giver)
    this.accept(giver)
  }

  private accept(giver: Giver<A>): void {
    this.givers.remove(giver)
    giver.accepted()
  }

  /** A receive that was passed over, served as if it came now. */
  private serveTaker(taker: Taker<A>): void {
    if (!this.canTake(taker)) return this.letIn()
    this.takers.remove(taker)
    this.onTheirWay++
    const number = this.returned.size > 0 ? this.returned.first : ++this.numbers
    taker.hand(this.remove(taker), number)
    // Not before: a select that has got its item has left the line of the senders, too.
    this.letIn()
  }

  /** A send that was passed over, served as if it came now. */
  private serveGiver(giver: Giver<A>): void {
    if (this.canPut(giver)) this.letInOne(giver)
  }

  private endIfEnded(): void {
    if (!this.ended) return
    this.resource?.close()
    for (const taker of this.takers.all()) this.endPlace(taker)
    for (const watcher of this.watchers.all()) this.endPlace(watcher)
  }

  private endPlace(place: Taker<A> | Watcher): void {
    place.withdraw()
    place.atEnd()
  }
}
