/**
 * The items that came back from receivers that were cancelled before they had them, ordered by the number under which
 * they had left. A heap: a hundred thousand receivers may be cancelled in any order.
 */
export class Returned<A> {
  private readonly heap: Array<{ readonly number: number; readonly item: A }> = []

  get size(): number {
    return this.heap.length
  }

  /** The number of the item that left first. Ask `size` before. */
  get first(): number {
    return this.heap[0]!.number
  }

  add(item: A, number: number): void {
    const { heap } = this
    let at = heap.length
    heap.push({ number, item })
    while (at > 0) {
      const above = (at - 1) >> 1
      if (heap[above]!.number < number) break
      this.swap(at, above)
      at = above
    }
  }

  /** The item that left first. Ask `size` before. */
  take(): A {
    const { heap } = this
    const { item } = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      this.sink()
    }
    return item
  }

  private sink(): void {
    const { heap } = this
    let at = 0
    while (true) {
      let least = at
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < heap.length && heap[below]!.number < heap[least]!.number) least = below
      }
      if (least === at) return
      this.swap(at, least)
      at = least
    }
  }

  private swap(i: number, j: number): void {
    const { heap } = this
    const kept = heap[i]!
    heap[i] = heap[j]!
    heap[j] = kept
  }
}
