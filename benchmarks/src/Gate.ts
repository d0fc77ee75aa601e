/** A gate: a figure that follows from the rows, and the most it may be. */
import type { Row } from "./Row.ts"

/**
 * - `Ratio`: Ferrule's median to that of the peer `to`, at the greatest size that both survived.
 * - `Growth`: the time of a whole sample at the size `large`, to that at the size `small`; Ferrule's.
 * - `Deaths`: 1 if Ferrule died at that size.
 * - `Value`: the median of a peer, as it is; `perSample` for the whole sample instead of one operation, in seconds.
 * - `LeastOf`: each figure by its limit; the best of them counts, and may be 1.
 */
export type Figure =
  | { readonly _tag: "Ratio"; readonly workload: string; readonly to: string }
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
}

/** The workloads a figure reads. */
export const workloadsOf = (figure: Figure): ReadonlyArray<string> =>
  figure._tag === "LeastOf" ? figure.of.flatMap((part) => workloadsOf(part.figure)) : [figure.workload]

const medianOf = (row: Row | undefined, what: string): number | undefined => {
  if (row === undefined) return undefined
  if (row.median === undefined) return Infinity
  if (!(row.median > 0)) throw new RangeError(`${what} has the median ${row.median}`)
  return row.median
}

const ratio = (rows: ReadonlyArray<Row>, workload: string, to: string): number | undefined => {
  const sizes = [...new Set(rows.filter((row) => row.workload === workload).map((row) => row.size))]
  const at = (peer: string, size: number) =>
    rows.find((row) => row.workload === workload && row.peer === peer && row.size === size)
  const size = sizes.toSorted((a, b) => b - a).find((size) => at(to, size)?.median !== undefined)
  if (size === undefined) return undefined
  const own = medianOf(at("ferrule", size), workload)
  const other = medianOf(at(to, size), workload)
  return own === undefined || other === undefined ? undefined : own / other
}

/** The figure, Infinity where Ferrule died; undefined where a row is missing that it needs. */
export const figureOf = (rows: ReadonlyArray<Row>, figure: Figure): number | undefined => {
  const found = (workload: string, peer: string, size?: number) =>
    rows.find((row) => row.workload === workload && row.peer === peer && (size === undefined || row.size === size))
  switch (figure._tag) {
    case "Ratio":
      return ratio(rows, figure.workload, figure.to)
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
  return { area: nameOf(gate), ratio: value, gate: gate.gate, ok: value <= gate.gate }
}
