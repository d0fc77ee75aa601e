/**
 * Measures a workload: every peer in a process of its own, one sample of each in turn, so that what disturbs the
 * machine for a while disturbs them all.
 */
import { PeerProcess, type Sample } from "./PeerProcess.ts"
import { mean, median, type Row } from "./Row.ts"
import { peersOf, type Workload } from "./Workload.ts"

export interface Protocol {
  readonly warmUps: number
  readonly samples: number
  readonly quick: boolean
  /** Is told what happens while it happens. */
  readonly tell: (text: string) => void
}

export interface Measured {
  readonly rows: ReadonlyArray<Row>
  /** Peers that are not installed. */
  readonly skipped: ReadonlyArray<{ readonly workload: string; readonly peer: string; readonly why: string }>
}

interface Entrant {
  readonly peer: string
  readonly size: number
  readonly items: number
  readonly process: PeerProcess
  readonly samples: Array<Sample>
}

/** How often a sample of so many items does the work. */
const timesOf = (workload: Workload, items: number): number => Math.ceil((workload.atLeast ?? 1) / items)

/** One sample of one peer. A sample that did not do its work fails the run: its time would be a lie. */
const take = async (workload: Workload, entrant: Entrant): Promise<void> => {
  const sample = await entrant.process.sample(entrant.items, timesOf(workload, entrant.items))
  if (sample === undefined) return
  const expected = workload.expected(entrant.items)
  if (sample.answer !== expected) {
    throw new Error(`${workload.name}: ${entrant.peer} answered ${sample.answer} instead of ${expected}`)
  }
  entrant.samples.push(sample)
}

/** The system counts what a thread worked in steps of some ms: below this, in ns, nothing is said of it. */
const coarse = 2e7

type Figures = (sample: Sample) => number

const rowsOf = (workload: Workload, entrant: Entrant, protocol: Protocol): ReadonlyArray<Row> => {
  const { items, peer, process, size } = entrant
  const survived = entrant.samples.length === protocol.warmUps + protocol.samples
  const counted = survived ? entrant.samples.slice(protocol.warmUps) : []
  const row = (name: string, unit: Row["unit"], value: Figures, cpu?: { readonly cpu: number }): Row => {
    const samples = counted.map(value)
    const base = { workload: name, peer, unit, samples, size, items }
    if (!survived) return { ...base, median: undefined, died: process.death }
    return { ...base, median: median(samples), ...cpu }
  }
  const time: Figures = (sample) => sample.value / items
  const worked = survived ? median(counted.map(({ cpu }) => cpu)) : 0
  const isTold = workload.unit === "ns" && worked * timesOf(workload, items) > coarse
  const rows = [row(workload.name, workload.unit, time, isTold ? { cpu: worked / items } : undefined)]
  if (workload.wholeToo === true) rows.push(row(`${workload.name}-whole`, "ns", (sample) => sample.whole / items))
  if (workload.memoryToo === true || workload.messages !== undefined)
    rows.push(row(`${workload.name}-memory`, "MB", (sample) => sample.rss / 1e6))
  if (workload.messages === undefined || counted.some(({ collections }) => collections === undefined)) return rows
  const million = workload.messages(items) / 1e6
  const collections = row(
    `${workload.name}-mark-compacts`,
    "per 10^6",
    (sample) => (sample.collections ?? Number.NaN) / million
  )
  return [...rows, survived ? { ...collections, median: mean(collections.samples) } : collections]
}

/** Starts the peers that are installed, all at once, so that all processors have something to do. */
const enter = async (workload: Workload, size: number, peers: ReadonlyArray<string>) => {
  const entrants: Array<Entrant> = []
  const skipped: Array<Measured["skipped"][number]> = []
  const started = peers.map((peer) => ({ peer, process: new PeerProcess(workload, peer) }))
  try {
    for (const { peer, process } of started) {
      const ready = await process.ready()
      if (ready._tag === "Skipped") skipped.push({ workload: workload.name, peer, why: ready.why })
      else entrants.push({ peer, size, items: Math.min(size, workload.fewer?.[peer] ?? size), process, samples: [] })
    }
    return { entrants, skipped }
  } catch (error) {
    for (const { process } of started) process.stop()
    throw error
  }
}

/** Compares peers, each list of them at its own size, all in turn. */
const compare = async (
  workload: Workload,
  fields: ReadonlyArray<{ readonly size: number; readonly peers: ReadonlyArray<string> }>,
  protocol: Protocol
): Promise<Measured> => {
  const entered = []
  for (const { peers, size } of fields) entered.push(await enter(workload, size, peers))
  const entrants = entered.flatMap(({ entrants }) => entrants)
  const rounds = protocol.warmUps + protocol.samples
  try {
    for (let round = 1; round <= rounds; round++) {
      protocol.tell(`${workload.name} at ${fields.map(({ size }) => size).join(", ")}: round ${round} of ${rounds}`)
      for (const entrant of entrants) await take(workload, entrant)
    }
    return {
      rows: entrants.flatMap((entrant) => rowsOf(workload, entrant, protocol)),
      skipped: entered.flatMap(({ skipped }) => skipped)
    }
  } finally {
    for (const { process } of entrants) process.stop()
  }
}

const effectDied = ({ rows }: Measured): boolean => rows.some((row) => row.peer === "effect" && row.died !== undefined)

/** Compares all peers, with the further sizes; and where raw Effect dies, at the greatest size it survives. */
export const measure = async (workload: Workload, usual: Protocol): Promise<Measured> => {
  const peers = peersOf(workload)
  if (usual.quick) return compare(workload, [{ size: workload.quick, peers }], usual)
  const protocol = { ...usual, samples: workload.samples ?? usual.samples }
  const first = await compare(workload, [{ size: workload.size, peers }, ...(workload.also ?? [])], protocol)
  const all = [first]
  for (const size of effectDied(first) ? (workload.retreat ?? []) : []) {
    const tried = await compare(workload, [{ size, peers: ["ferrule", "effect"] }], protocol)
    all.push(tried)
    if (!effectDied(tried)) break
  }
  return { rows: all.flatMap(({ rows }) => rows), skipped: all.flatMap(({ skipped }) => skipped) }
}
