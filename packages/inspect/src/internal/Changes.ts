/**
 * What held from which number on: for what is the same for many numbers in a row, and is said once for all of them.
 *
 * Invariant: `from` grows.
 */
export class Changes<A> {
  readonly from: Array<number> = []
  readonly values: Array<A> = []

  get length(): number {
    return this.from.length
  }

  /** From that number on it is `value`. */
  note(from: number, value: A): void {
    const last = this.from.length - 1
    if (this.from[last] === from) this.values[last] = value
    else {
      this.from.push(from)
      this.values.push(value)
    }
  }

  /** What holds for that number; nothing before the first. */
  of(number: number): A | undefined {
    return this.values[this.placeOf(number)]
  }

  /** Whatever holds for smaller numbers only is dropped. */
  dropBefore(number: number): void {
    const place = this.placeOf(number)
    this.from.splice(0, place)
    this.values.splice(0, place)
  }

  /** Keeps those that `keep` says. */
  filter(keep: (place: number) => boolean): void {
    let kept = 0
    for (let place = 0; place < this.from.length; place++) {
      if (!keep(place)) continue
      this.from[kept] = this.from[place]!
      this.values[kept] = this.values[place]!
      kept++
    }
    this.from.length = this.values.length = kept
  }

  private placeOf(number: number): number {
    let [low, high] = [-1, this.from.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.from[middle]! <= number) low = middle
      else high = middle
    }
    return low
  }
}
