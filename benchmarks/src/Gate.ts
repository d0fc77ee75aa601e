/** A gate: a figure that follows from the rows, and the most it may be. */
import { median, type Row } from "./Row.ts"

/**
 * - `Ratio`: Ferrule's median to that of the peer `to`, at the greatest size that both survived.
 * - `Pairs`: the median of the ratios of two peers' samples, each to the one that was taken in its turn.
 * - `Growth`: the time of a whole sample at the size `large`, to that at the size `small`; Ferrule's.
 * - `Deaths`: 1 if Ferrule died at that size.
 * - `Value`: the median of a peer, as it is; `perSample` for the whole sample instead of one operation, in seconds.
 * - `LeastOf`: each figure by its limit; the best of them counts, and may be 1.
 */
export type Figure =
  | { readonly _tag: "Ratio"; readonly workload: string; readonly to: string }
  | { readonly _tag: "Pairs"; readonly workload: string; readonly peer: string; readonly to: string }
  | { readonly _tag: "Growth"; readonly workload: string; readonly small: number; readonly large: number }
  | { readonly _tag: "Deaths"; readonly workload: string; readonly size: number }
  | { readonly _tag: "Value"; readonly workload: string; readonly peer: string; readonly perSample?: boolean }
  | { readonly _tag: "LeastOf"; readonly of: ReadonlyArray<{ readonly figure: Figure; readonly limit: number }> }

export interface Gate {
  readonly area: string
  readonly variant: string
  readonly figure: Figure
  /** The figure may be as much as this. */
  readonly gate: number
}

export interface Judged {
  readonly area: string
  readonly ratio: number
  readonly gate: number
  readonly ok: boolean
  /** The ratio of what the threads worked. Nothing is judged by it; on a busy machine it is the steadier figure. */
  readonly byCpu?: number
}

/** The workloads a figure reads. */
export const workloadsOf = (figure: Figure): ReadonlyArray<string> =>
  figure._tag === "LeastOf" ? figure.of.flatMap((part) => workloadsOf(part.figure)) : [figure.workload]

const medianOf = (row: Row | undefined, what: string): number | undefined => {
  if (row === undefined) return undefined
  if (row.median === undefined) return Infinity
  if (!(row.median > 0) && !(row.median === 0 && row.unit === "per 10^6"))
    throw new RangeError(`${what} has the median ${row.median}`)
  return row.median
}

/** Ferrule's row and that of a peer, at the greatest size the peer survived. */
const pairOf = (rows: ReadonlyArray<Row>, workload: string, to: string): readonly [Row, Row] | undefined => {
  const of = (peer: string) => rows.filter((row) => row.workload === workload && row.peer === peer)
  const alive = of(to).filter((row) => row.median !== undefined)
  const [other] = alive.toSorted((a, b) => b.size - a.size)
  const own = of("ferrule").find((row) => row.size === other?.size)
  return own === undefined || other === undefined ? undefined : [own, other]
}

const rowOf = (rows: ReadonlyArray<Row>, workload: string, peer: string): Row | undefined =>
  rows.find((row) => row.workload === workload && row.peer === peer)

const ofPairs = (own: Row | undefined, other: Row | undefined): number | undefined => {
  if (own === undefined || other === undefined) return undefined
  if (own.median === undefined) return Infinity
  if (other.samples.length !== own.samples.length) return undefined
  // Sound: there are as many of the one as of the other.
  return median(own.samples.map((sample, turn) => sample / other.samples[turn]!))
}

const ratio = (rows: ReadonlyArray<Row>, workload: string, to: string): number | undefined => {
  const [own, other] = pairOf(rows, workload, to) ?? []
  const [above, below] = [medianOf(own, workload), medianOf(other, workload)]
  return above === undefined || below === undefined ? undefined : above / below
}

/** The same by what the threads worked. */
const ratioByCpu = (rows: ReadonlyArray<Row>, { figure }: Gate): number | undefined => {
  if (figure._tag !== "Ratio" && figure._tag !== "Pairs") return undefined
  const [own, other] =
    figure._tag === "Ratio"
      ? (pairOf(rows, figure.workload, figure.to) ?? [])
      : [rowOf(rows, figure.workload, figure.peer), rowOf(rows, figure.workload, figure.to)]
  return own?.cpu === undefined || other?.cpu === undefined ? undefined : own.cpu / other.cpu
}

/** The figure, Infinity where Ferrule died; undefined where a row is missing that it needs. */
export const figureOf = (rows: ReadonlyArray<Row>, figure: Figure): number | undefined => {
  const found = (workload: string, peer: string, size?: number) =>
    rows.find((row) => row.workload === workload && row.peer === peer && (size === undefined || row.size === size))
  switch (figure._tag) {
    case "Ratio":
      return ratio(rows, figure.workload, figure.to)
    case "Pairs":
      return ofPairs(rowOf(rows, figure.workload, figure.peer), rowOf(rows, figure.workload, figure.to))
    case "Growth": {
      const small = medianOf(found(figure.workload, "ferrule", figure.small), figure.workload)
      const large = medianOf(found(figure.workload, "ferrule", figure.large), figure.workload)
      return small === undefined || large === undefined ? undefined : (large * figure.large) / (small * figure.small)
    }
    case "Deaths": {
      const row = found(figure.workload, "ferrule", figure.size)
      return row === undefined ? undefined : row.median === undefined ? 1 : 0
    }
    case "Value": {
      const row = found(figure.workload, figure.peer)
      const value = medianOf(row, figure.workload)
      return value !== undefined && row !== undefined && figure.perSample === true ? (value * row.items) / 1e9 : value
    }
    case "LeastOf": {
      const parts = figure.of.flatMap(({ figure, limit }) => {
        const value = figureOf(rows, figure)
        return value === undefined ? [] : [value / limit]
      })
      return parts.length === 0 ? undefined : Math.min(...parts)
    }
  }
}

/** The name of a gate in the results. */
export const nameOf = (gate: Gate): string => (gate.variant === "" ? gate.area : `${gate.area}: ${gate.variant}`)

/** Judges a gate by the rows; undefined where a peer it compares with is missing. */
export const judge = (rows: ReadonlyArray<Row>, gate: Gate): Judged | undefined => {
  const value = figureOf(rows, gate.figure)
  if (value === undefined) return undefined
  const byCpu = ratioByCpu(rows, gate)
  const judged = { area: nameOf(gate), ratio: value, gate: gate.gate, ok: value <= gate.gate }
  return byCpu === undefined ? judged : { ...judged, byCpu }
}
