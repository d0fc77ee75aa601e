import type { Fork, Search } from "./Search.ts"

/** A choice other than the usual one. */
export interface Turn {
  /** Its place among all choices of the run. */
  readonly at: number
  /** Which way was taken: 1 and up. */
  readonly way: number
}

/** What a run chose, as far as it was not the usual. */
export interface Schedule {
  readonly turns: ReadonlyArray<Turn>
  /** A number that stands for all choices of the run, and for what there was to choose from. */
  readonly print: number
}

/** A schedule that was run. */
export interface Run extends Schedule {
  /** How many choices there were, the usual ones too. */
  readonly forks: number
}

const basis = 0x811c9dc5
const prime = 0x01000193

/** Keeps what a search chooses in one run. */
export class Recorder {
  readonly #search: Pick<Search, "choose">
  readonly #turns: Array<Turn> = []
  #at = 0
  #print = basis

  constructor(search: Pick<Search, "choose">) {
    this.#search = search
  }

  choose(fork: Fork): number {
    const way = this.#search.choose(fork)
    if (way !== 0) this.#turns.push({ at: this.#at, way })
    this.#at++
    this.#print = Math.imul(this.#print ^ ((way << 16) | (fork.count << 1) | (fork.running ? 1 : 0)), prime)
    return way
  }

  get schedule(): Run {
    return { turns: this.#turns, print: Math.imul(this.#print ^ this.#at, prime) >>> 0, forks: this.#at }
  }
}

/** Takes the turns of a schedule where they are possible, and else the usual way. */
export const following = (turns: ReadonlyArray<Turn>): Pick<Search, "choose"> => {
  let at = 0
  let next = 0
  return {
    choose: ({ count }) => {
      const turn = turns[next]
      if (turn === undefined || turn.at !== at++) return 0
      next++
      return turn.way < count ? turn.way : 0
    }
  }
}
