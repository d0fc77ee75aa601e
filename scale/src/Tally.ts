/** What has to happen to each of many things exactly once. */
export class Tally {
  readonly #what: string
  readonly #times: Uint8Array

  constructor(what: string, size: number) {
    this.#what = what
    this.#times = new Uint8Array(size)
  }

  /** It happened to thing number `index`. */
  add(index: number): void {
    const times = this.#times[index]
    if (times === undefined) throw new Error(`${this.#what}: there is no number ${index}`)
    if (times < 255) this.#times[index] = times + 1
  }

  /** Throws unless it happened to each exactly once. */
  check(): void {
    let never = 0
    let more = 0
    for (const times of this.#times) {
      if (times === 0) never++
      else if (times > 1) more++
    }
    if (never + more === 0) return
    throw new Error(`${this.#what}: of ${this.#times.length} ${never} never, ${more} more than once`)
  }
}
