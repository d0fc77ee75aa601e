/**
 * Which timers are armed, by instant, in two kinds: sleepers and deadlines.
 *
 * Invariant: every instant kept holds at least one timer, and stands in the heap.
 * Invariant: the heap has at most twice as many entries as there are instants, and a few: what is taken back leaves its
 * entry, which is dropped later.
 */

export type TimerKind = "sleep" | "deadline"

export interface Timer {
  readonly at: number
  readonly kind: TimerKind
  readonly fire: () => void
  /** Until it has fired or was taken back. */
  armed: boolean
}

interface Instant {
  readonly sleepers: Set<Timer>
  readonly deadlines: Set<Timer>
}

const few = 64

const nanosPerMilli = 1_000_000

/** Whole nanoseconds, so that two ways to reckon one instant meet: 0.1 + 0.2 and 0.3. */
const onGrid = (at: number): number => {
  const whole = Math.trunc(at)
  return whole === at ? at : whole + Math.round((at - whole) * nanosPerMilli) / nanosPerMilli
}

export class TimerTable {
  readonly #instants = new Map<number, Instant>()
  /** A binary heap of instants, the earliest first. */
  #heap: Array<number> = []
  #armed = 0

  /** How many timers are armed, of both kinds. */
  get armed(): number {
    return this.#armed
  }

  /** The earliest instant at which a timer is armed. */
  get earliest(): number | undefined {
    while (this.#heap.length > 0 && !this.#instants.has(this.#heap[0]!)) this.#dropFirst()
    return this.#heap[0]
  }

  add(at: number, kind: TimerKind, fire: () => void): Timer {
    const timer: Timer = { at: onGrid(at), kind, fire, armed: true }
    let instant = this.#instants.get(timer.at)
    if (instant === undefined) {
      instant = { sleepers: new Set(), deadlines: new Set() }
      this.#instants.set(timer.at, instant)
      if (this.#heap.length > 2 * this.#instants.size + few) this.#rebuild()
      else this.#push(timer.at)
    }
    this.#setOf(instant, kind).add(timer)
    this.#armed++
    return timer
  }

  /** Takes a timer back; one that has fired, or was taken back before, is left alone. */
  remove(timer: Timer): void {
    if (!timer.armed) return
    timer.armed = false
    this.#armed--
    const instant = this.#instants.get(timer.at)
    if (instant === undefined || !this.#setOf(instant, timer.kind).delete(timer)) return
    if (instant.sleepers.size + instant.deadlines.size === 0) this.#instants.delete(timer.at)
  }

  /**
   * Takes what is due first, `now` or before: every sleeper of the earliest instant or, where it has none, every
   * deadline, in the order in which they were added. They stay armed until `fired`, for one may take back another.
   */
  takeDue(now: number): ReadonlyArray<Timer> {
    const at = this.earliest
    if (at === undefined || at > now) return []
    const { sleepers, deadlines } = this.#instants.get(at)!
    const due = sleepers.size > 0 ? sleepers : deadlines
    const timers = [...due]
    due.clear()
    if (sleepers.size + deadlines.size === 0) this.#instants.delete(at)
    return timers
  }

  /** Notes that a timer that was taken fires now; false if it was taken back meanwhile. */
  fired(timer: Timer): boolean {
    if (!timer.armed) return false
    timer.armed = false
    this.#armed--
    return true
  }

  #setOf(instant: Instant, kind: TimerKind): Set<Timer> {
    return kind === "sleep" ? instant.sleepers : instant.deadlines
  }

  /** A sorted array is a heap. */
  #rebuild(): void {
    this.#heap = [...this.#instants.keys()].toSorted((a, b) => a - b)
  }

  #push(at: number): void {
    const heap = this.#heap
    let i = heap.length
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (heap[parent]! <= at) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = at
  }

  #dropFirst(): void {
    const heap = this.#heap
    const at = heap.pop()!
    if (heap.length === 0) return
    let i = 0
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
      if (heap[child]! >= at) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = at
  }
}
