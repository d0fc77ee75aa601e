import type { Coverage, Fork, Search } from "./Search.ts"

/** The choices of the last run, as far as the next one repeats them. */
interface Taken {
  way: number
  readonly count: number
  readonly running: boolean
}

/**
 * Every schedule with no preemption, then every one with up to 1, and so on to `preemptions`. What fails with few is
 * found first; one that has fewer than the round allows is run again in each.
 */
export const depthFirst = (preemptions: number): Search => new DepthFirst(preemptions)

class DepthFirst implements Search {
  readonly #limit: number
  readonly #path: Array<Taken> = []
  #position = 0
  #bound = 0
  /** Preemptions on the path. */
  #spent = 0
  /** The bound has kept some schedule out. */
  #cut = false
  #begun = false
  #coverage: Coverage = "sampled"

  constructor(limit: number) {
    this.#limit = limit
  }

  get coverage(): Coverage {
    return this.#coverage
  }

  begin(): boolean {
    this.#position = 0
    if (!this.#begun) return (this.#begun = true)
    if (this.#advance()) return true
    if (!this.#cut || this.#bound >= this.#limit) {
      this.#coverage = this.#cut ? "bounded" : "all"
      return false
    }
    this.#bound++
    this.#cut = false
    return true
  }

  choose({ count, running }: Fork): number {
    const taken = this.#path[this.#position++]
    // A program that is not the same every time may have fewer ways here than before.
    if (taken !== undefined) return Math.min(taken.way, count - 1)
    this.#path.push({ way: 0, count, running })
    return 0
  }

  /** Takes the next way at the last choice that has one; false when the tree is done. */
  #advance(): boolean {
    for (let last = this.#path.at(-1); last !== undefined; last = this.#path.at(-1)) {
      if (last.way + 1 < last.count) {
        const costs = last.running && last.way === 0
        if (!costs || this.#spent < this.#bound) {
          last.way++
          if (costs) this.#spent++
          return true
        }
        this.#cut = true
      }
      if (last.running && last.way > 0) this.#spent--
      this.#path.pop()
    }
    return false
  }
}
