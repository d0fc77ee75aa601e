import type { Schedule, Turn } from "./Schedule.ts"

/** Runs the turns; gives the schedule that came of it if the program failed in the same way. */
export type Attempt = (turns: ReadonlyArray<Turn>) => Schedule | undefined

const weight = (turns: ReadonlyArray<Turn>): number => turns.reduce((sum, { way }) => sum + way, 0)

const isSmaller = (a: Schedule, b: Schedule): boolean =>
  a.turns.length < b.turns.length || (a.turns.length === b.turns.length && weight(a.turns) < weight(b.turns))

/**
 * Leaves out turns, many at a time and then one by one, and takes the first way in place of a later one, as long as the
 * program still fails: to a schedule of which nothing can be left out, or until `attempts` are used up.
 */
export const shrink = (start: Schedule, attempt: Attempt, attempts: number): Schedule => {
  let best = start
  let left = attempts
  const improves = (turns: ReadonlyArray<Turn>): boolean => {
    if (left-- <= 0) return false
    const found = attempt(turns)
    if (found === undefined || !isSmaller(found, best)) return false
    best = found
    return true
  }
  /** From the end, where a turn that is left out moves no other. */
  const dropping = (size: number): boolean => {
    let dropped = false
    for (let end = best.turns.length; end > 0; end = Math.min(end - size, best.turns.length)) {
      const begin = Math.max(0, end - size)
      if (improves([...best.turns.slice(0, begin), ...best.turns.slice(end)])) dropped = true
    }
    return dropped
  }
  const straightening = (): boolean => {
    let straightened = false
    for (let i = best.turns.length - 1; i >= 0; i--) {
      const turn = best.turns[i]
      if (turn !== undefined && turn.way > 1 && improves(best.turns.with(i, { at: turn.at, way: 1 })))
        straightened = true
    }
    return straightened
  }
  for (let size = best.turns.length; size > 1; size >>= 1) dropping(size)
  for (let going = true; going && left > 0;) going = [dropping(2), dropping(1), straightening()].includes(true)
  return best
}
