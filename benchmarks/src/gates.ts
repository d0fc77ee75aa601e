/** The gates, as data: areas and limits are those of the specification's gate table. */
import type { Figure, Gate } from "./Gate.ts"

const against = (workload: string, to: string): Figure => ({ _tag: "Ratio", workload, to })

const gate = (area: string, variant: string, figure: Figure, limit: number): Gate => ({
  area,
  variant,
  figure,
  gate: limit
})

/** What has to hold. */
export const gates: ReadonlyArray<Gate> = [
  gate("spawn + join", "trivial", against("spawn-trivial", "effect"), 0.6),
  gate("spawn + join", "suspending", against("spawn-suspending", "effect"), 0.95),
  gate("groups", "sequential", against("groups-sequential", "effect"), 0.5),
  gate("groups", "nested", against("groups-nested", "effect"), 0.6)
]

/** What would be better still. Nothing fails when it is not reached. */
export const stretches: ReadonlyArray<Gate> = [
  gate("spawn + join", "trivial, against forEach", against("spawn-trivial", "effect forEach"), 2),
  gate("spawn + join", "suspending", against("spawn-suspending", "effect"), 0.75),
  gate("groups", "sequential, against forEach", against("groups-sequential", "effect forEach"), 2),
  gate("groups", "nested, against forEach", against("groups-nested", "effect forEach"), 2)
]
