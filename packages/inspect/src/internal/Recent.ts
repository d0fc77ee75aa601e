/**
 * What happened of late: the last events, in an array that is written over and over. No node is kept, and no name is
 * made before somebody asks: a task without a name of its own is its group's name and a number.
 *
 * An event is one number: that of the node, times eight, and what happened to it. What stays the same for many events in
 * a row is not kept with each: the time, and the group whose tasks begin.
 *
 * The real clock is read once for what happens in one go of the event loop, and again when, at the pace of the events
 * before, more time than `span` has gone; any other clock is read each time.
 *
 * Invariant: events are written up to `stop`, with the time `at`; there the clock is read, or the array begins anew.
 */
import { isRealClock, nameInGroup, type NodeKind, nowOn } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import type { EventKind, Timeline, TimelineEvent } from "../Timeline.ts"
import { Changes } from "./Changes.ts"

/** Who begins, as far as it is known at once. */
export interface Beginner {
  readonly parent: number | undefined
  readonly kind: NodeKind
  readonly name: string
}

/** What tasks are in. */
interface Family {
  readonly id: number
  readonly name: string
}

const sorts = 8
const taskBegins = 0
const taskWithNameBegins = 1
const begins = 2
const waits = 3
const goesOn = 4
const cancelled = 5
const ends = 6
const fails = 7

const whats: ReadonlyArray<EventKind> = [
  "started",
  "started",
  "started",
  "waits",
  "goesOn",
  "cancelled",
  "ended",
  "ended"
]

/** Events that may have the same time: a look at the clock costs more than all else that is done for one. */
const most = 64

/** At the beginning of a go of the event loop, when it is not known how fast events come. */
const atFirst = 8

/** How far apart, in milliseconds, those may be. */
const span = 0.05

export class Recent {
  /** The time of what happens now. */
  at = 0
  readonly clock: Clock.Clock
  private readonly isReal: boolean
  private readonly capacity: number
  private readonly size: number
  /** How many events there were before the array was last begun anew. */
  private before = 0
  private next = 0
  private stop = 0
  /** At which event the clock was read. */
  private readAt = 0
  private inTurn = false
  /** How many events came of late while `span` went by, as far as that is of interest. */
  private pace = 1
  private readonly onTime: (at: number) => void
  private readonly times = new Changes<number>()
  private familyId = -1
  private readonly families = new Changes<Family>()
  private tidyAt: number
  /** Each event, and behind it, of a task that begins without a name, its number in the group. */
  private readonly events: Float64Array
  /** What else is known; of an event that has nothing here, what an older one has left. */
  private readonly labels: Array<string | Beginner | undefined>

  /** `onTime` is told each time that the clock has gone on, before what happens then. */
  constructor(capacity: number, clock: Clock.Clock, onTime: (at: number) => void) {
    this.capacity = capacity
    this.size = Math.max(1, capacity)
    this.clock = clock
    this.isReal = isRealClock(clock)
    this.onTime = onTime
    this.tidyAt = this.size + 1024
    this.events = new Float64Array(2 * this.size)
    this.labels = Array.from({ length: this.size }, () => undefined)
  }

  /** The time of something that is no event. */
  now(): number {
    if (this.next >= this.stop) this.read()
    this.stop--
    return this.at
  }

  /** `label` is the task's own name, or its number in the group; `group` is asked for the group's. */
  taskBegan(id: number, parent: number, label: string | number, group: { readonly name: string } | undefined): void {
    if (this.next >= this.stop) this.read()
    if (parent !== this.familyId) this.changeFamily(parent, group)
    const slot = this.next++
    if (typeof label === "number") {
      this.events[2 * slot] = id * sorts + taskBegins
      this.events[2 * slot + 1] = label
    } else {
      this.events[2 * slot] = id * sorts + taskWithNameBegins
      this.labels[slot] = label
    }
  }

  began(id: number, beginner: Beginner): void {
    this.put(id * sorts + begins, beginner)
  }

  waits(id: number, on: string): void {
    this.put(id * sorts + waits, on)
  }

  goesOn(id: number): void {
    this.put(id * sorts + goesOn, undefined)
  }

  cancelled(id: number, why: string): void {
    this.put(id * sorts + cancelled, why)
  }

  ended(id: number, failed: boolean): void {
    if (this.next >= this.stop) this.read()
    this.events[2 * this.next++] = id * sorts + (failed ? fails : ends)
  }

  private put(event: number, label: string | Beginner | undefined): void {
    if (this.next >= this.stop) this.read()
    const slot = this.next++
    this.events[2 * slot] = event
    this.labels[slot] = label
  }

  private get count(): number {
    return this.before + this.next
  }

  private changeFamily(id: number, group: { readonly name: string } | undefined): void {
    this.familyId = id
    this.families.note(this.count, { id, name: group?.name ?? "" })
    this.tidy()
  }

  private read(): void {
    if (this.next >= this.size) {
      this.before += this.size
      this.next = 0
    }
    const [at, before] = [nowOn(this.clock), this.at]
    if (at !== before || this.times.length === 0) {
      this.at = at
      this.times.note(this.count, at)
      this.tidy()
      this.onTime(at)
    }
    this.stop = Math.min(this.size, this.next + this.unread(at - before))
    this.readAt = this.count
  }

  /** For how many events there is no need to read the clock again. */
  private unread(gone: number): number {
    if (!this.isReal) return 1
    if (!this.inTurn) {
      this.inTurn = true
      queueMicrotask(this.turn)
      return Math.min(atFirst, this.pace)
    }
    const events = this.count - this.readAt
    // At least one: a look at the time for something that is no event takes one of them away.
    this.pace = gone * most <= events * span ? most : Math.max(1, Math.ceil((events * span) / gone))
    return this.pace
  }

  private readonly turn = (): void => {
    this.inTurn = false
    this.stop = this.next
  }

  /** Drops what holds for no event that is kept. */
  private tidy(): void {
    if (this.times.length + this.families.length < this.tidyAt) return
    const first = this.count - this.capacity
    this.times.dropBefore(first)
    this.families.dropBefore(first)
    this.tidyAt = 2 * (this.times.length + this.families.length) + 1024
  }

  /** What came after the event of that number; `epoch` is added to the times. */
  since(after: number, epoch: number): Timeline {
    const { count } = this
    const first = Math.max(after, count - this.capacity, 0)
    const events: Array<TimelineEvent> = []
    for (let number = first; number < count; number++) events.push(this.eventAt(number, epoch))
    return { events, last: count, lost: Math.max(0, first - Math.max(after, 0)) }
  }

  private eventAt(index: number, epoch: number): TimelineEvent {
    const slot = index % this.size
    const id = Math.floor(this.events[2 * slot]! / sorts)
    const sort = this.events[2 * slot]! - id * sorts
    // Sound: the clock is read before the first event, and a group is noted before its first task.
    const event = { number: index + 1, at: epoch + this.times.of(index)!, what: whats[sort]!, id }
    const label = this.labels[slot]
    switch (sort) {
      case taskBegins:
        return { ...event, ...taskOf(this.events[2 * slot + 1]!, this.families.of(index)!) }
      case taskWithNameBegins:
        return { ...event, ...taskOf(label as string, this.families.of(index)!) }
      case begins:
        return { ...event, ...beginnerOf(label as Beginner) }
      case waits:
      case cancelled:
        return { ...event, on: label as string }
      default:
        return sort === fails ? { ...event, on: "failed" } : event
    }
  }
}

const taskOf = (label: string | number, { id, name }: Family) => ({
  kind: "task" as const,
  name: typeof label === "number" ? nameInGroup(name, label) : label,
  parent: id
})

const beginnerOf = ({ kind, name, parent }: Beginner) => ({ kind, name, ...(parent === undefined ? {} : { parent }) })
