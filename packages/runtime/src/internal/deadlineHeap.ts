/**
 * A binary heap of items by time, then depth: pure, and every item knows its place, so that it can be moved.
 */
interface Entry<T> {
  readonly item: T
  at: number
  depth: number
  index: number
}

export class DeadlineHeap<T> {
  private readonly entries: Array<Entry<T>> = []
  private readonly places = new Map<T, Entry<T>>()

  get size(): number {
    return this.entries.length
  }

  earliest(): number | undefined {
    return this.entries[0]?.at
  }

  set(item: T, at: number, depth: number): void {
    let entry = this.places.get(item)
    if (entry === undefined) {
      entry = { item, at, depth, index: this.entries.length }
      this.entries.push(entry)
      this.places.set(item, entry)
    } else {
      entry.at = at
      entry.depth = depth
    }
    this.down(this.up(entry))
  }

  remove(item: T): void {
    const entry = this.places.get(item)
    if (entry === undefined) return
    this.places.delete(item)
    const last = this.entries.pop()!
    if (last === entry) return
    last.index = entry.index
    this.entries[last.index] = last
    this.down(this.up(last))
  }

  /** Takes the first item whose time has come. */
  takeDue(now: number): T | undefined {
    const head = this.entries[0]
    if (head === undefined || head.at > now) return undefined
    this.remove(head.item)
    return head.item
  }

  private up(entry: Entry<T>): Entry<T> {
    while (entry.index > 0) {
      const parent = this.entries[(entry.index - 1) >> 1]!
      if (!before(entry, parent)) break
      this.swap(entry, parent)
    }
    return entry
  }

  private down(entry: Entry<T>): void {
    while (true) {
      const left = this.entries[2 * entry.index + 1]
      const right = this.entries[2 * entry.index + 2]
      const least = right !== undefined && left !== undefined && before(right, left) ? right : left
      if (least === undefined || !before(least, entry)) return
      this.swap(least, entry)
    }
  }

  private swap(a: Entry<T>, b: Entry<T>): void {
    const index = a.index
    a.index = b.index
    b.index = index
    this.entries[a.index] = a
    this.entries[b.index] = b
  }
}

const before = <T>(a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.depth < b.depth)
