import { LeftBehind } from "../../LeftBehind.ts"
import type { LeftKind, Leftover } from "../../Leftover.ts"
import type { FiberInfo } from "../../FiberInfo.ts"

interface Left {
  readonly fibers: number
  readonly timers: number
  readonly known: ReadonlyArray<FiberInfo>
  readonly things: ReadonlyArray<Leftover>
}

/** What was left behind, without what may be; nothing if that is all. */
export const leftBehind = (left: Left, mayLeave: ReadonlyArray<LeftKind>): LeftBehind | undefined => {
  const fibers = mayLeave.includes("fibers") ? 0 : left.fibers
  const timers = mayLeave.includes("timers") ? 0 : left.timers
  const things = left.things.filter(({ kind }) => !mayLeave.includes(kind))
  if (fibers + timers + things.length === 0) return undefined
  return new LeftBehind({ fibers, timers, known: fibers === 0 ? [] : left.known, things })
}
