/** One line of the results: what one peer took for one workload. */
export interface Row {
  readonly workload: string
  readonly peer: string
  /** Of the samples, per operation; the mean of what is rare, which is counted per million. Undefined when the peer died. */
  readonly median: number | undefined
  readonly unit: "ns" | "B" | "kB" | "ms" | "MB" | "per 10^6"
  readonly samples: ReadonlyArray<number>
  /** What the thread worked for it, in ns: of times alone. On a busy machine it is the steadier figure. */
  readonly cpu?: number
  /** The size at which the peers were compared. A slow peer may have got fewer items, which `items` says. */
  readonly size: number
  readonly items: number
  /** How it died, where it did. */
  readonly died?: string
}

/** The middle sample; of an even number of them, the mean of the middle two. */
export const median = (samples: ReadonlyArray<number>): number => {
  if (samples.length === 0) throw new RangeError("there is no median of no samples")
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  // Sound: both places are inside the list, which is not empty.
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1] as number, sorted[middle] as number]
  return (low + high) / 2
}

/** The sum of the samples by their number. */
export const mean = (samples: ReadonlyArray<number>): number => {
  if (samples.length === 0) throw new RangeError("there is no mean of no samples")
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length
}
