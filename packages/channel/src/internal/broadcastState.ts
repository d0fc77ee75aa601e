/**
 * What a broadcast does, without Effect, clock or randomness. Each reader has a channel of its own, and an item goes into
 * all of them in one step. Whoever waits is served through its place, which runs nothing.
 *
 *   open     what is published goes to every reader there is, now or when those that are waited for have room.
 *   closing  closed is true, but publishes that came before still wait in line.
 *   closed   closed is true and nobody waits: every reader is shown the end, behind its items.
 *
 * Invariants:
 *   1. Items are published in the order in which publishes came, and every reader gets them in that order.
 *   2. While a publish that can be served waits, `blocked` > 0: so many readers have no room, and a gate stands in the
 *      line of each one's channel. The last of them to open lets the publishes in.
 *   3. A reader is in the list from `join` to `leave`: it has a receiver, and has not failed.
 */
import { type Figured, type OpenResource, type Place, WaitLine } from "@ferrule/runtime"
import { Ring } from "./Ring.ts"
import type { Subscriber } from "./Subscriber.ts"

/** A publish that waits. */
export interface Publication<out A> extends Place {
  readonly item: A
  published(): void
}

export class BroadcastState<A> implements Figured {
  readonly publications = new WaitLine<Publication<A>>(() => this.letIn())
  closed = false
  private first: Subscriber<A> | undefined = undefined
  private last: Subscriber<A> | undefined = undefined
  private blocked = 0
  private readonly replay: number
  /** The last items, as many as are replayed. */
  private readonly kept = new Ring<A>()
  /** Set if somebody watches: open until it has ended. */
  resource: OpenResource | undefined = undefined

  /** `published` is as if it had been, before the first reader. */
  constructor(replay: number, published: ReadonlyArray<A>) {
    this.replay = replay
    for (const item of published) this.keep(item)
  }

  get figures(): Readonly<Record<string, number | string>> {
    let readers = 0
    for (let reader = this.first; reader !== undefined; reader = reader.next) readers++
    return { readers, sendersWaiting: this.publications.size }
  }

  /** Whether one who does not wait may publish now. */
  canPublish(): boolean {
    return this.blocked === 0 && this.hasRoom()
  }

  /** Gives an item to every reader. Ask `canPublish` first. */
  publish(item: A): void {
    this.keep(item)
    let reader = this.first
    while (reader !== undefined) {
      // Read before: a reader that lags leaves.
      const { next } = reader
      reader.hear(item)
      reader = next
    }
  }

  /** A publish stands last in line. */
  add(publication: Publication<A>): void {
    this.publications.add(publication)
    if (this.blocked === 0) this.awaitRoom()
  }

  /** A publish leaves the line. */
  withdraw(publication: Publication<A>): void {
    this.publications.remove(publication)
    if (this.publications.size > 0) return
    if (this.blocked > 0) this.openGates()
    this.endIfClosed()
  }

  /** One more reader, who gets what is replayed, as far as it has room for it. */
  join(reader: Subscriber<A>): void {
    reader.joined = true
    reader.previous = this.last
    if (this.last === undefined) this.first = reader
    else this.last.next = reader
    this.last = reader
    for (const item of this.kept.last(reader.state.capacity)) reader.state.put(item)
    if (this.hasEnded) reader.state.closeAllSenders()
  }

  /** A reader is gone. */
  leave(reader: Subscriber<A>): void {
    if (!reader.joined) return
    reader.joined = false
    if (reader.previous === undefined) this.first = reader.next
    else reader.previous.next = reader.next
    if (reader.next === undefined) this.last = reader.previous
    else reader.next.previous = reader.previous
    reader.previous = undefined
    reader.next = undefined
  }

  /** A reader for whom publishes wait has room, or is gone. */
  unblock(): void {
    this.blocked--
    this.letIn()
  }

  /** Publishes that wait stay in line. */
  close(): void {
    this.closed = true
    this.endIfClosed()
  }

  private keep(item: A): void {
    if (this.replay === 0) return
    this.kept.push(item)
    if (this.kept.size > this.replay) this.kept.shift()
  }

  private hasRoom(): boolean {
    for (let reader = this.first; reader !== undefined; reader = reader.next) if (!reader.hasRoom) return false
    return true
  }

  private letIn(): void {
    if (this.blocked > 0) return
    let publication = this.publications.first()
    while (publication !== undefined && this.hasRoom()) {
      this.publications.remove(publication)
      this.publish(publication.item)
      publication.published()
      publication = this.publications.first()
    }
    if (publication !== undefined) this.awaitRoom()
    else this.endIfClosed()
  }

  private awaitRoom(): void {
    for (let reader = this.first; reader !== undefined; reader = reader.next) {
      if (reader.hasRoom) continue
      reader.gate.shut()
      this.blocked++
    }
  }

  private openGates(): void {
    for (let reader = this.first; reader !== undefined; reader = reader.next) reader.gate.withdraw()
    this.blocked = 0
  }

  private get hasEnded(): boolean {
    return this.closed && this.publications.size === 0
  }

  private endIfClosed(): void {
    if (!this.hasEnded) return
    this.resource?.close()
    for (let reader = this.first; reader !== undefined; reader = reader.next) reader.state.closeAllSenders()
  }
}
