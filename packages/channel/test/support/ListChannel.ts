/**
 * A channel as plain lists, written from what the documentation promises and not from the code. It is slow and has no
 * state but what one would draw on paper: who waits on either side, what is buffered, what is on its way.
 *
 * What there is room for: as many items as the capacity and the receives that wait, less what is buffered, less the
 * permits that are out. Nobody is a partner of itself, and who is held is passed over.
 */
export interface Items {
  readonly item: number
  /** When it came in: what comes back goes to its place by this. */
  readonly turn: number
}

export interface Giving {
  readonly who: string
  /** "room" of a reserve. */
  readonly item: number | "room"
  /** Whether to leave the line counts as given and undelivered. */
  readonly begun: boolean
}

export interface Taking {
  readonly who: string
  readonly handle: number
}

export class ListChannel {
  readonly capacity: number
  readonly overflow: "wait" | "dropNewest" | "dropOldest"
  buffer: Array<Items> = []
  givers: Array<Giving> = []
  takers: Array<Taking> = []
  watchers: Array<Taking> = []
  permits = 0
  /** Handed to a receive that waited, which does not have it yet. */
  underway: Array<Items> = []
  readonly held = new Set<string>()
  senders = 1
  handles = new Set([0])
  sent = 0
  received = 0
  undelivered = 0
  peak = 0
  private turns = 0
  /** What happened to those who waited, since it was last asked. */
  log: Array<string> = []

  constructor(capacity: number, overflow: "wait" | "dropNewest" | "dropOldest") {
    this.capacity = capacity
    this.overflow = overflow
  }

  get ended(): boolean {
    const open = this.senders + this.buffer.length + this.givers.length + this.underway.length + this.permits
    return open === 0
  }

  /** For how many items there is room, for one that `except` brings. */
  room(except?: string): number {
    const waiting = this.takers.filter(({ who }) => who !== except && !this.held.has(who)).length
    return this.capacity + waiting - this.buffer.length - this.permits
  }

  // ---------------------------------------------------------------- senders

  send(who: string, item: number, wait: boolean): "sent" | "waits" | "full" | "closed" {
    if (this.senders === 0 || this.handles.size === 0) {
      if (wait) this.lose()
      return "closed"
    }
    if (this.room(who) > 0) this.takeIn(item, who)
    else if (this.overflow !== "wait") this.dropFor(item)
    else if (!wait) return "full"
    else {
      this.givers.push({ who, item, begun: true })
      return "waits"
    }
    return "sent"
  }

  private dropFor(item: number): void {
    this.lose()
    if (this.overflow === "dropNewest" || this.buffer.length === 0) return void this.log.push(`dropped ${item}`)
    this.log.push(`dropped ${this.buffer.shift()!.item}`)
    this.store({ item, turn: ++this.turns })
  }

  reserve(who: string): "held" | "waits" | "closed" {
    if (this.senders === 0 || this.handles.size === 0) return "closed"
    if (this.room(who) > 0) {
      this.permits++
      return "held"
    }
    this.givers.push({ who, item: "room", begun: true })
    return "waits"
  }

  commit(item: number): void {
    this.permits--
    if (this.handles.size > 0) return this.takeIn(item, undefined)
    this.lose()
    this.log.push(`dropped ${item}`)
  }

  giveBack(): void {
    this.permits--
    this.settle()
    this.showEnd()
  }

  // ---------------------------------------------------------------- receivers

  receive(who: string, handle: number, wait: boolean): number | "waits" | "empty" | "end" {
    if (!this.handles.has(handle)) return "end"
    if (this.hasFor(who)) return this.takeOut(who)
    if (this.ended) return "end"
    if (!wait) return "empty"
    this.takers.push({ who, handle })
    this.settle()
    return "waits"
  }

  watch(who: string, handle: number): "waits" | "end" {
    if (!this.handles.has(handle) || this.ended) return "end"
    this.watchers.push({ who, handle })
    return "waits"
  }

  cancel(handle: number): void {
    this.handles.delete(handle)
    for (const { who } of [...this.takers, ...this.watchers].filter((waiting) => waiting.handle === handle)) {
      this.log.push(`${who} end`)
    }
    this.takers = this.takers.filter((waiting) => waiting.handle !== handle)
    this.watchers = this.watchers.filter((waiting) => waiting.handle !== handle)
    if (this.handles.size > 0) return
    for (const { item } of this.buffer) this.log.push(`dropped ${item}`)
    this.undelivered += this.buffer.length
    this.buffer = []
    for (const { who, item, begun } of this.givers) {
      if (begun && item !== "room") {
        this.lose()
        this.log.push(`dropped ${item}`)
      }
      this.log.push(`${who} refused`)
    }
    this.givers = []
  }

  // ---------------------------------------------------------------- who waits on both sides

  select(who: string, item: number, handle: number): "waits" | "sent" | number | "no" {
    const closed = this.senders === 0 || this.handles.size === 0 || !this.handles.has(handle)
    if (closed || this.overflow !== "wait") return "no"
    if (this.hasFor(who)) return this.takeOut(who)
    if (this.room(who) > 0) {
      this.takeIn(item, who)
      return "sent"
    }
    this.givers.push({ who, item, begun: false })
    this.takers.push({ who, handle })
    this.settle()
    return "waits"
  }

  /** Is told that it was cancelled, and goes: whatever it waited for. */
  leave(who: string): void {
    const giver = this.givers.find((waiting) => waiting.who === who)
    this.takers = this.takers.filter((waiting) => waiting.who !== who)
    this.watchers = this.watchers.filter((waiting) => waiting.who !== who)
    this.givers = this.givers.filter((waiting) => waiting.who !== who)
    if (giver !== undefined && giver.begun && giver.item !== "room") this.lose()
    this.settle()
    this.showEnd()
  }

  /** Is told that it was cancelled, and is cleanup: goes on waiting, as if it had come now. Says what it could do. */
  tell(who: string): ReadonlyArray<"take" | "give"> {
    this.held.delete(who)
    const able: Array<"take" | "give"> = []
    if (this.takers.some((waiting) => waiting.who === who) && this.hasFor(who)) able.push("take")
    if (this.givers.some((waiting) => waiting.who === who) && this.room(who) > 0) able.push("give")
    return able
  }

  /** It does what it could. */
  serve(who: string, by: "take" | "give" | undefined): void {
    if (by === "give") this.letIn(this.givers.find((waiting) => waiting.who === who)!)
    // A permit has the right to what would come to it, and yet another receive waits: whoever sends is let in instead.
    if (by === "take" && this.overtakes(who)) {
      this.letIn(
        this.givers.find((giver) => giver.who !== who && !this.held.has(giver.who) && this.room(giver.who) > 0)!
      )
    } else if (by === "take") {
      this.forget(who)
      this.handTo(who, this.takeItem(who))
    }
    this.settle()
  }

  // ---------------------------------------------------------------- what is on its way

  arrive(index: number): void {
    this.underway.splice(index, 1)
    this.showEnd()
  }

  comeBack(index: number): void {
    const [back] = this.underway.splice(index, 1)
    this.received--
    const taker = this.firstTaker()
    if (this.handles.size === 0) {
      this.undelivered++
      this.log.push(`dropped ${back!.item}`)
    } else if (taker !== undefined) {
      this.forget(taker.who)
      this.handTo(taker.who, back!)
    } else this.store(back!)
  }

  close(): void {
    this.senders--
    this.showEnd()
  }

  closeAll(): void {
    this.senders = 0
    this.showEnd()
  }

  // ---------------------------------------------------------------- how it comes about

  private lose(): void {
    this.sent++
    this.undelivered++
  }

  private firstTaker(except?: string): Taking | undefined {
    return this.takers.find(({ who }) => who !== except && !this.held.has(who))
  }

  private firstGiver(except?: string): Giving | undefined {
    return this.givers.find(({ who }) => who !== except && !this.held.has(who))
  }

  /** Whether there is an item for who comes now: nobody who waits is overtaken, on either side. */
  private hasFor(who: string): boolean {
    if (this.buffer.length > 0) return true
    const giver = this.firstGiver(who)
    return giver !== undefined && giver.item !== "room" && !this.overtakes(who)
  }

  private overtakes(who: string): boolean {
    return this.permits > 0 && this.firstTaker(who) !== undefined
  }

  private takeItem(who: string): Items {
    const buffered = this.buffer.shift()
    if (buffered !== undefined) return buffered
    const giver = this.firstGiver(who)!
    this.forget(giver.who)
    this.log.push(`${giver.who} accepted`)
    this.sent++
    return { item: giver.item as number, turn: ++this.turns }
  }

  private takeOut(who: string): number {
    const { item } = this.takeItem(who)
    this.received++
    this.settle()
    this.showEnd()
    return item
  }

  private takeIn(item: number, from: string | undefined): void {
    this.sent++
    const taker = this.firstTaker(from)
    const came = { item, turn: ++this.turns }
    if (taker === undefined) this.store(came)
    else {
      this.forget(taker.who)
      this.handTo(taker.who, came)
    }
  }

  private handTo(who: string, came: Items): void {
    this.received++
    this.underway.push(came)
    this.log.push(`${who} gets ${came.item}`)
  }

  private store(came: Items): void {
    this.buffer = [...this.buffer, came].toSorted((a, b) => a.turn - b.turn)
    this.peak = Math.max(this.peak, this.buffer.length)
  }

  /** It waits no more, for anything. */
  private forget(who: string): void {
    this.takers = this.takers.filter((waiting) => waiting.who !== who)
    this.givers = this.givers.filter((waiting) => waiting.who !== who)
  }

  /** Who waits with an item, or for room, comes in while there is room, first come, first served. */
  private settle(): void {
    const next = this.givers.find(({ who }) => !this.held.has(who) && this.room(who) > 0)
    if (next === undefined) return
    this.letIn(next)
    this.settle()
  }

  private letIn(giver: Giving): void {
    if (giver.item === "room") this.permits++
    else this.takeIn(giver.item, giver.who)
    this.forget(giver.who)
    this.log.push(`${giver.who} accepted`)
  }

  private showEnd(): void {
    if (!this.ended) return
    for (const { who } of [...this.takers, ...this.watchers]) this.log.push(`${who} end`)
    this.takers = []
    this.watchers = []
  }
}
