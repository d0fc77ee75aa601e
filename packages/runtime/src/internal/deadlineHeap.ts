/**
 * A binary heap by time, then depth: pure, and every item knows its place, so that it can be moved and taken out.
 *
 * Invariant: `items[i].heapPlace === i`, and no item comes before the one at `(i - 1) >> 1`.
 */
export interface HeapItem {
  readonly deadlineAt: number | undefined
  readonly depth: number
  /** Its index in the heap; -1 outside of it. */
  heapPlace: number
}

export class DeadlineHeap<T extends HeapItem> {
  private items: Array<T> = []

  get size(): number {
    return this.items.length
  }

  earliest(): number | undefined {
    return this.items[0]?.deadlineAt
  }

  /** Puts an item in, or to where it belongs now that its time has changed. */
  set(item: T): void {
    if (item.heapPlace < 0) {
      item.heapPlace = this.items.length
      this.items.push(item)
    }
    this.down(this.up(item))
  }

  remove(item: T): void {
    const place = item.heapPlace
    if (place < 0) return
    item.heapPlace = -1
    const last = this.items.pop()!
    if (last === item) return
    last.heapPlace = place
    this.items[place] = last
    this.down(this.up(last))
  }

  /** Takes all items whose time has come, first come first. */
  takeDue(now: number): Array<T> {
    const due: Array<T> = []
    this.addDue(0, now, due)
    // They stand above all others: look below each.
    for (let i = 0; i < due.length; i++) {
      const place = due[i]!.heapPlace
      this.addDue(2 * place + 1, now, due)
      this.addDue(2 * place + 2, now, due)
    }
    this.removeAll(due)
    return due.toSorted(order)
  }

  private addDue(place: number, now: number, due: Array<T>): void {
    const item = this.items[place]
    if (item !== undefined && item.deadlineAt! <= now) due.push(item)
  }

  /** Timeouts of equal length are due together: one by one each would sift through all that are left. */
  private removeAll(gone: ReadonlyArray<T>): void {
    if (gone.length * few < this.items.length) {
      for (const item of gone) this.remove(item)
      return
    }
    for (const item of gone) item.heapPlace = -1
    const left = this.items.filter((item) => item.heapPlace >= 0)
    for (let place = 0; place < left.length; place++) left[place]!.heapPlace = place
    this.items = left
    for (let place = (left.length >> 1) - 1; place >= 0; place--) this.down(left[place]!)
  }

  private up(item: T): T {
    while (item.heapPlace > 0) {
      const parent = this.items[(item.heapPlace - 1) >> 1]!
      if (!before(item, parent)) break
      this.swap(item, parent)
    }
    return item
  }

  private down(item: T): void {
    while (true) {
      const left = this.items[2 * item.heapPlace + 1]
      const right = this.items[2 * item.heapPlace + 2]
      const least = right !== undefined && left !== undefined && before(right, left) ? right : left
      if (least === undefined || !before(least, item)) return
      this.swap(least, item)
    }
  }

  private swap(a: T, b: T): void {
    const place = a.heapPlace
    a.heapPlace = b.heapPlace
    b.heapPlace = place
    this.items[a.heapPlace] = a
    this.items[b.heapPlace] = b
  }
}

/** One in so many is taken out by itself. */
const few = 16

const order = (a: HeapItem, b: HeapItem): number => a.deadlineAt! - b.deadlineAt! || a.depth - b.depth

const before = (a: HeapItem, b: HeapItem): boolean =>
  a.deadlineAt! < b.deadlineAt! || (a.deadlineAt === b.deadlineAt && a.depth < b.depth)
