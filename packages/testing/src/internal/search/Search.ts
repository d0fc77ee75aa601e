/**
 * Which schedules are tried, and in what order. A schedule is a list of choices, each between `count` ways to go on. The
 * first way, 0, is the usual one: the running fiber goes on, or who came first is served.
 */

/** How much of all schedules was tried: some; all up to a number of preemptions; all. */
export type Coverage = "sampled" | "bounded" | "all"

/** A choice with more than one way. */
export interface Fork {
  readonly count: number
  /** The first way is that the running fiber goes on: any other preempts it. */
  readonly running: boolean
  /** Which thread of work goes on that way: the same number all through a run. */
  readonly threadOf: (way: number) => number
}

export interface Search {
  /** Begins the next schedule; false when none is left. */
  begin(): boolean
  choose(fork: Fork): number
  readonly coverage: Coverage
}
