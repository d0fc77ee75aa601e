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
  private readonly items: Array<T> = []

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

  /** Takes the first item whose time has come. */
  takeDue(now: number): T | undefined {
    const head = this.items[0]
    if (head === undefined || head.deadlineAt! > now) return undefined
    this.remove(head)
    return head
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

const before = (a: HeapItem, b: HeapItem): boolean =>
  a.deadlineAt! < b.deadlineAt! || (a.deadlineAt === b.deadlineAt && a.depth < b.depth)
