/**
 * What can be left behind, by the words with which a test may say that it does so on purpose.
 *
 * - `fibers` that have not ended, tasks and scopes among them.
 * - `timers` that are armed, virtual and real ones.
 * - `permits` that were not given back: of semaphores, mutexes and limits.
 * - `waiters` that stand in a line and have nobody behind them.
 * - `items` in channels.
 * - `listeners` on abort signals and event sources.
 * - `handles` of the operating system: sockets, servers, child processes, watched files.
 *
 * @category models
 * @since 0.1.0
 */
export type LeftKind = "fibers" | "timers" | "permits" | "waiters" | "items" | "listeners" | "handles"

/**
 * Something that was left behind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Leftover {
  readonly kind: LeftKind
  readonly count: number
  /** What it is: `3 items in channel "jobs"`, `a server`. */
  readonly what: string
  /** The names of the groups, tasks and scopes that it comes from, outermost first; empty outside all of them. */
  readonly path: ReadonlyArray<string>
  /** The line of code that it comes from, where that could be seen. */
  readonly place?: string | undefined
}

const singular: Readonly<Record<LeftKind, string>> = {
  fibers: "fiber",
  timers: "timer",
  permits: "permit",
  waiters: "waiter",
  items: "item",
  listeners: "listener",
  handles: "handle"
}

/** `1 item`, `3 permits`: how many of each kind, in the order in which kinds are listed. */
export const countsOf = (counts: ReadonlyMap<LeftKind, number>): ReadonlyArray<string> =>
  Object.entries(singular).flatMap(([kind, one]) => {
    // Sound: these are the keys of `singular`.
    const count = counts.get(kind as LeftKind) ?? 0
    return count === 0 ? [] : [`${count} ${count === 1 ? one : kind}`]
  })

/** `3 items in channel "jobs", of main › reader, from src/jobs.ts:12:3`. */
export const lineOf = ({ path, place, what }: Leftover): string =>
  [
    `\n  ${what}`,
    path.length === 0 ? "" : `, of ${path.join(" › ")}`,
    place === undefined ? "" : `, from ${place}`
  ].join("")
