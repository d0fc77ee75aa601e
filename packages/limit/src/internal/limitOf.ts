/** Checks a limit. `what` says whose it is. */
export const limitOf = (n: number, what: string): number => {
  if ((Number.isInteger(n) && n >= 0) || n === Infinity) return n
  throw new RangeError(`${what} is ${n}. Pass a whole number from 0 on, or Infinity.`)
}
