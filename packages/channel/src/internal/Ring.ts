/** A queue in a circle of slots that grows as it is filled. Empty slots hold nothing, so items are not kept alive. */
export class Ring<A> {
  private slots: Array<A | undefined> = [undefined, undefined, undefined, undefined]
  private head = 0
  size = 0

  push(item: A): void {
    if (this.size === this.slots.length) this.grow()
    this.slots[(this.head + this.size) & (this.slots.length - 1)] = item
    this.size++
  }

  /** The oldest item. Ask `size` first. */
  shift(): A {
    // Sound: the slot at `head` holds an item whenever size > 0.
    const item = this.slots[this.head] as A
    this.slots[this.head] = undefined
    this.head = (this.head + 1) & (this.slots.length - 1)
    this.size--
    return item
  }

  /** The `n` youngest, the oldest of them first; all, if there are fewer. */
  last(n: number): Array<A> {
    const { slots, head, size } = this
    const count = Math.min(n, size)
    const mask = slots.length - 1
    // Sound: `size` slots from `head` on hold items.
    return Array.from({ length: count }, (_, i) => slots[(head + size - count + i) & mask] as A)
  }

  private grow(): void {
    const { slots, head, size } = this
    const wider: Array<A | undefined> = []
    for (let i = 0; i < size; i++) wider.push(slots[(head + i) & (size - 1)])
    // The length stays a power of two: `&` finds the slot.
    while (wider.length < size * 2) wider.push(undefined)
    this.slots = wider
    this.head = 0
  }
}
