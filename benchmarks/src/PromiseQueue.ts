/** First in, first out, at the same cost however long it is: `shift` of a long array moves all of it. */
class Fifo<A> {
  #items: Array<A> = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: A): void {
    this.#items.push(item)
  }

  shift(): A | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head++]
    if (this.#head === this.#items.length) {
      this.#items.length = 0
      this.#head = 0
    } else if (this.#head > 1000 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

interface Giver<A> {
  readonly item: A
  readonly resolve: () => void
}

/**
 * A queue of promises as one writes it by hand: no end, no cancelling. A put waits while the queue is full, with capacity
 * 0 for whoever takes it; a take waits while it is empty.
 */
export class PromiseQueue<A extends {}> {
  readonly #capacity: number
  readonly #onPut: (() => void) | undefined
  readonly #items = new Fifo<A>()
  readonly #givers = new Fifo<Giver<A>>()
  readonly #takers = new Fifo<(item: A) => void>()

  /** `onPut` is called when there is something to `poll`. */
  constructor(capacity: number, onPut?: () => void) {
    this.#capacity = capacity
    this.#onPut = onPut
  }

  /** Nothing when there was room. */
  put(item: A): Promise<void> | undefined {
    const taker = this.#takers.shift()
    if (taker !== undefined) {
      taker(item)
      return undefined
    }
    this.#onPut?.()
    if (this.#items.size < this.#capacity) {
      this.#items.push(item)
      return undefined
    }
    return new Promise((resolve) => this.#givers.push({ item, resolve }))
  }

  /** Takes what is there now. */
  poll(): A | undefined {
    const item = this.#items.shift()
    const giver = this.#givers.shift()
    giver?.resolve()
    if (item === undefined) return giver?.item
    if (giver !== undefined) this.#items.push(giver.item)
    return item
  }

  take(): Promise<A> {
    const item = this.poll()
    return item === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(item)
  }
}
