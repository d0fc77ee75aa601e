/** Looks for a bug, one way or another. */

export interface Found {
  /** How many tries it took. */
  readonly tries: number
  /** Of how many choices, or cancels, it is a matter. */
  readonly choices: number
  /** What repeats it. */
  readonly token: string
  /** What the program failed with. */
  readonly failure: string
}

export interface Clean {
  /** How many tries found nothing. */
  readonly tries: number
  /** How many of all there are: some, every one with so many preemptions, or all. */
  readonly coverage: "some" | number | "all"
}

export interface Hunt {
  /** Runs the broken program once on the stock scheduler; says whether it went well. */
  readonly usual: () => Promise<boolean>
  readonly find: (seed: number) => Promise<Found | undefined>
  /** How many tries the other strategies take, in the order of `otherStrategies`; none for one that does not find it. */
  readonly byOthers: (seeds: ReadonlyArray<number>) => Promise<ReadonlyArray<number | undefined>>
  /** What the broken program fails with on that token. */
  readonly repeat: (token: string) => Promise<string>
  /** Looks for the bug in the mended program: with each seed so many tries, and then one by one; or what it found. */
  readonly mended: (seeds: ReadonlyArray<number>, tries: number) => Promise<Clean | string>
}

/** Which stand beside the strategy of the corpus, for comparison. */
export const otherStrategies = ["priorities", "depthFirst"] as const
