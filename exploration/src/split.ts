/** How many schedules each program of an area gets. */
export interface Amount {
  /** Schedules chosen at random, with those of random priorities, over all programs of an area together. */
  readonly random: number
  /** For each program and each number of preemptions. */
  readonly depthFirst: number
  /** Programs that a seed makes up, and how many schedules each of them gets. */
  readonly made: number
  readonly ofEach: number
}

export const short: Amount = { random: 100_000, depthFirst: 1_000, made: 250, ofEach: 100 }
export const long: Amount = { random: 1_000_000, depthFirst: 20_000, made: 3_000, ofEach: 200 }

/** Of what is chosen at random, the part that goes by random priorities. */
const byPriorities = 0.25

/** Divides so many schedules among so many programs: at least so many are run. */
export const split = (total: number, programs: number): { readonly random: number; readonly priorities: number } => {
  const each = Math.ceil(total / programs)
  const priorities = Math.floor(each * byPriorities)
  return { random: each - priorities, priorities }
}
