/**
 * Waiters in line: first come, first served; leaving costs the same from anywhere.
 *
 * Invariant: a place is in at most one line, and `place.line` says which.
 * Invariant: whoever serves a line leaves no place in it that is not skipped and could be served.
 * Invariant: `passed`, and every place before it, is skipped. So a hundred thousand cancelled waiters at the head of a line
 * are passed over once, and not by everybody who comes before their fibers have been told.
 */
import type { CancelNode } from "./CancelNode.ts"
import type { WakeQueue } from "./WakeQueue.ts"

/**
 * What a line needs to know of who stands in it: a `Waiter`, or a `Selection`.
 *
 * @category waiting
 * @since 0.1.0
 */
export interface InLine {
  readonly node: CancelNode | undefined
  readonly queue: WakeQueue
  readonly held: boolean
}

/**
 * A place in a line. A plain wait has one, or is its own; a select has one for each clause.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Place {
  readonly waiter: InLine
  line: WaitLine<any> | undefined = undefined
  previous: Place | undefined = undefined
  next: Place | undefined = undefined
  /** Passed over because its waiter was held; until its fiber has been told. */
  skipped = false

  constructor(waiter?: InLine) {
    // Sound: only a waiter leaves it out.
    this.waiter = waiter ?? (this as unknown as InLine)
  }

  /** Leaves the line, if it is in one. */
  withdraw(): void {
    this.line?.remove(this)
  }
}

/**
 * A line of places. `serve` is called for a place that was passed over and then turned out to be cleanup, which is
 * served like anybody: it gets what it can have now, and else keeps its place.
 *
 * @category waiting
 * @since 0.1.0
 */
export class WaitLine<P extends Place> {
  size = 0
  private head: Place | undefined = undefined
  private tail: Place | undefined = undefined
  private passed: Place | undefined = undefined
  private readonly serve: (place: P) => void

  constructor(serve: (place: P) => void) {
    this.serve = serve
  }

  /** Stands last. */
  add(place: P): void {
    place.line = this
    place.previous = this.tail
    if (this.tail === undefined) this.head = place
    else this.tail.next = place
    this.tail = place
    this.size++
  }

  /** Takes a place out of the line; one that is not in it is left alone. */
  remove(place: P): void {
    if (place.line !== this) return
    if (this.passed === place) this.passed = place.previous
    place.line = undefined
    if (place.previous === undefined) this.head = place.next
    else place.previous.next = place.next
    if (place.next === undefined) this.tail = place.previous
    else place.next.previous = place.previous
    place.previous = undefined
    place.next = undefined
    this.size--
  }

  /**
   * Who is to be served next; it keeps its place until it is removed. Passes over `except`, which cannot serve itself,
   * and over waiters whose scope was cancelled and who have not been told yet.
   */
  first(except?: InLine): P | undefined {
    for (let place = this.foremost; place !== undefined; place = place.next) {
      if (place.skipped || place.waiter === except) continue
      // Sound: only `add` puts places in, and it takes P.
      if (!place.waiter.held) return place as P
      this.skip(place as P)
    }
    return undefined
  }

  /** The first of those `first` would give for whom `able` holds. */
  find(able: (place: P) => boolean): P | undefined {
    for (let place = this.foremost; place !== undefined; place = place.next) {
      if (place.skipped) continue
      if (place.waiter.held) this.skip(place as P)
      else if (able(place as P)) return place as P
    }
    return undefined
  }

  /** Whether at least `count` could be served, as `first` says of one. */
  atLeast(count: number, except?: InLine): boolean {
    let found = 0
    for (let place = this.foremost; place !== undefined && found < count; place = place.next) {
      if (place.skipped || place.waiter === except) continue
      if (place.waiter.held) this.skip(place as P)
      else found++
    }
    return found >= count
  }

  /** Every place, first come first, held or not. */
  all(): Array<P> {
    const places: Array<P> = []
    for (let place = this.head; place !== undefined; place = place.next) places.push(place as P)
    return places
  }

  /** Where to look for who is served next: all before it are skipped. */
  private get foremost(): Place | undefined {
    return this.passed === undefined ? this.head : this.passed.next
  }

  private skip(place: P): void {
    place.skipped = true
    if (place === this.foremost) this.passed = place
    // From the queue: to tell a fiber runs it, and no waiter runs inside another's operation.
    place.waiter.queue.enqueue({
      wake: () => {
        place.waiter.node?.deliver()
        place.skipped = false
        if (place.line === undefined) return
        place.line.passed = undefined
        if (place.line === this) this.serve(place)
      }
    })
  }
}
