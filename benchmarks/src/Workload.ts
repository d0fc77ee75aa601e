/** A workload: one piece of work that several peers do, each in its own words, so that they can be compared. */

/**
 * What a sample measures. It is started before the peer runs and stopped after; a peer that is to be measured in one
 * part alone starts it again, or stops it early.
 */
export interface Meter {
  readonly start: () => void
  readonly stop: () => void
}

/** Does the work once, for so many items, and answers what shows that it was done: a sum, or a count. */
type Run = (size: number, meter: Meter) => Promise<number>

/** Loads a peer. Its libraries are imported here, so that a process has those of its own peer only. */
export type Peer = () => Promise<Run>

export interface Workload {
  /** As in `pnpm bench NAME`. */
  readonly name: string
  /** As in the table, with its number in the list of workloads. */
  readonly title: string
  /** Nanoseconds per operation, or bytes of heap per item. */
  readonly unit: "ns" | "B"
  /** How many items one sample has. */
  readonly size: number
  /** The same for `--quick`. */
  readonly quick: number
  /** A sample repeats the work until it has had at least this many items: one that is too short says nothing. */
  readonly atLeast?: number
  /** How many samples each peer gives, where the usual few say too little. */
  readonly samples?: number
  /** What a run that did its work answers. */
  readonly expected: (size: number) => number
  readonly peers: Readonly<Record<string, Peer>>
  /** Peers that would take too long: how many items they get instead. */
  readonly fewer?: Readonly<Record<string, number>>
  /** Also the time from the start of a sample to its end, where peers measure one part alone. */
  readonly wholeToo?: boolean
  /** Also the most memory the process ever had. */
  readonly memoryToo?: boolean
  /** How many messages so many items are. With it also the memory, and the full collections per million messages. */
  readonly messages?: (size: number) => number
  /** A file in `python/`: what asyncio and Trio do. */
  readonly python?: string
  /** Those of them that can do it; both without it. */
  readonly pythonPeers?: ReadonlyArray<"asyncio" | "trio">
  /** Go does it, too: under this workload's name in `go/`. */
  readonly go?: boolean
  /** Further sizes, each with the peers that can take them. */
  readonly also?: ReadonlyArray<{ readonly size: number; readonly peers: ReadonlyArray<string> }>
  /** Where raw Effect dies at `size`: the sizes to try instead, the greatest first. */
  readonly retreat?: ReadonlyArray<number>
}

/** Everyone who does the work, in TypeScript and elsewhere. */
export const peersOf = ({ go, peers, python, pythonPeers }: Workload): ReadonlyArray<string> => [
  ...Object.keys(peers),
  ...(python === undefined ? [] : (pythonPeers ?? ["asyncio", "trio"])),
  ...(go === true ? ["go"] : [])
]
