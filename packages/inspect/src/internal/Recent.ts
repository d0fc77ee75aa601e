/**
 * What happened of late: the last events, in arrays that are written over and over. No node is kept, and no name is made
 * before somebody asks: a task without a name of its own is its group's name and a number.
 */
import { nameInGroup, type NodeKind } from "@ferrule/runtime"
import type { EventKind, Timeline, TimelineEvent } from "../Timeline.ts"

const whats: ReadonlyArray<EventKind> = ["started", "waits", "goesOn", "cancelled", "ended"]
const started = 0

export class Recent {
  private readonly capacity: number
  private count = 0
  private next = 0
  private readonly times: Float64Array
  private readonly ids: Float64Array
  private readonly parents: Float64Array
  private readonly what: Uint8Array
  private readonly labels: Array<string | number | undefined>
  private readonly groups: Array<string | undefined>
  private readonly kinds: Array<NodeKind | undefined>

  constructor(capacity: number) {
    this.capacity = capacity
    this.times = new Float64Array(capacity)
    this.ids = new Float64Array(capacity)
    this.parents = new Float64Array(capacity)
    this.what = new Uint8Array(capacity)
    this.labels = Array.from({ length: capacity }, () => undefined)
    this.groups = Array.from({ length: capacity }, () => undefined)
    this.kinds = Array.from({ length: capacity }, () => undefined)
  }

  /** `group` is whose number the label is, if it is one. */
  started(
    at: number,
    id: number,
    parent: number | undefined,
    kind: NodeKind,
    label: string | number,
    group: string | undefined
  ): void {
    if (this.capacity === 0) return
    const slot = this.put(at, id, started)
    this.parents[slot] = parent === undefined ? -1 : parent
    this.labels[slot] = label
    this.groups[slot] = group
    this.kinds[slot] = kind
  }

  waits(at: number, id: number, on: string): void {
    this.add(at, id, 1, on)
  }

  goesOn(at: number, id: number): void {
    this.add(at, id, 2, undefined)
  }

  cancelled(at: number, id: number, why: string): void {
    this.add(at, id, 3, why)
  }

  ended(at: number, id: number, how: string | undefined): void {
    this.add(at, id, 4, how)
  }

  private add(at: number, id: number, what: number, on: string | undefined): void {
    if (this.capacity === 0) return
    this.labels[this.put(at, id, what)] = on
  }

  private put(at: number, id: number, what: number): number {
    const slot = this.next
    this.next = slot + 1 === this.capacity ? 0 : slot + 1
    this.count++
    this.times[slot] = at
    this.ids[slot] = id
    this.what[slot] = what
    return slot
  }

  /** What came after the event of that number; `epoch` is added to the times. */
  since(after: number, epoch: number): Timeline {
    const first = Math.max(after, this.count - this.capacity, 0)
    const events: Array<TimelineEvent> = []
    for (let number = first; number < this.count; number++) {
      events.push(this.eventIn(number % this.capacity, number + 1, epoch))
    }
    return { events, last: this.count, lost: Math.max(0, first - Math.max(after, 0)) }
  }

  private eventIn(slot: number, number: number, epoch: number): TimelineEvent {
    const what = this.what[slot]!
    const event = { number, at: epoch + this.times[slot]!, what: whats[what]!, id: this.ids[slot]! }
    const label = this.labels[slot]
    if (what !== started) return typeof label === "string" ? { ...event, on: label } : event
    const name = typeof label === "number" ? nameInGroup(this.groups[slot] ?? "", label) : (label ?? "")
    const parent = this.parents[slot]!
    const kind = this.kinds[slot] ?? "task"
    return { ...event, kind, name, ...(parent < 0 ? {} : { parent }) }
  }
}
