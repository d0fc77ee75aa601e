import { randomFrom } from "../randomFrom.ts"
import type { Run, Schedule, Turn } from "./Schedule.ts"

/** Runs the turns; gives the schedule that came of it if the program failed in the same way. */
export type Attempt = (turns: ReadonlyArray<Turn>) => Run | undefined

/** How far from a turn that is left out another one is tried in its place, at most. */
const near = 12
/** How often one turn is tried in place of two before that is given up. */
const replacements = 400

const weight = (turns: ReadonlyArray<Turn>): number => turns.reduce((sum, { way }) => sum + way, 0)

const isSmaller = (a: Schedule, b: Schedule): boolean =>
  a.turns.length < b.turns.length || (a.turns.length === b.turns.length && weight(a.turns) < weight(b.turns))

/**
 * Leaves out turns, many at a time and then one by one, takes the first way in place of a later one, and one turn
 * somewhere in place of two or more, as long as the program still fails: to a schedule of which nothing can be left out,
 * or until `attempts` are used up.
 */
export const shrink = (start: Run, attempt: Attempt, attempts: number): Run => {
  const random = randomFrom(0)
  const below = (count: number): number => Math.floor(random() * count)
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
  /** Near one of those that are left out, or anywhere. */
  const otherPlace = (out: ReadonlyArray<Turn>): number => {
    const close = out[below(out.length)]!.at + below(2 * near + 1) - near
    return random() < 0.7 ? Math.min(Math.max(close, 0), Math.max(best.forks - 1, 0)) : below(best.forks)
  }
  const replacing = (): boolean => {
    for (let i = 0; i < replacements && left > 0 && best.turns.length > 1; i++) {
      const shuffled = best.turns.map((turn) => ({ turn, by: random() })).toSorted((a, b) => a.by - b.by)
      const gone = 2 + below(random() < 0.7 ? 1 : shuffled.length - 1)
      const out = shuffled.slice(0, gone).map(({ turn }) => turn)
      const at = otherPlace(out)
      const kept = best.turns.filter((turn) => !out.includes(turn) && turn.at !== at)
      if (improves([...kept, { at, way: 1 }].toSorted((a, b) => a.at - b.at))) return true
    }
    return false
  }
  for (let size = best.turns.length; size > 1; size >>= 1) dropping(size)
  for (let going = true; going && left > 0;) {
    going = [dropping(2), dropping(1), straightening()].includes(true) || replacing()
  }
  return best
}
