import type { Schedule, Turn } from "./Schedule.ts"

const version = "s1"

const text = (n: number): string => n.toString(36)

const numberOf = (digits: string | undefined): number | undefined =>
  digits !== undefined && /^[0-9a-z]{1,8}$/.test(digits) ? Number.parseInt(digits, 36) : undefined

/** `s1-h-3.2-1k3f9a`: how far it is from each turn to the next, which way if not 1, and the print. */
export const tokenOf = ({ turns, print }: Schedule): string => {
  let last = -1
  const parts = turns.map(({ at, way }) => {
    const gap = text(at - last)
    last = at
    return way === 1 ? gap : `${gap}.${text(way)}`
  })
  return [version, ...parts, text(print)].join("-")
}

/** The schedule that a token stands for; none if it is no token. */
export const scheduleOf = (token: string): Schedule | undefined => {
  const [first, ...parts] = token.trim().split("-")
  const print = numberOf(parts.pop())
  if (first !== version || print === undefined) return undefined
  const turns: Array<Turn> = []
  let at = -1
  for (const part of parts) {
    const [gap, way, ...more] = part.split(".")
    const distance = numberOf(gap)
    const taken = way === undefined ? 1 : numberOf(way)
    if (distance === undefined || taken === undefined || distance < 1 || taken < 1 || more.length > 0) return undefined
    at += distance
    turns.push({ at, way: taken })
  }
  return { turns, print }
}
