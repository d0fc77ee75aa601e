/**
 * Calls `f` on the next turn of the event loop; gives what calls it off. By setImmediate where there is one: unlike a
 * timer it costs a microsecond, not a millisecond.
 */
export const nextTurn = (f: () => void): (() => void) => {
  if (typeof setImmediate === "function") {
    const turn = setImmediate(f)
    return () => clearImmediate(turn)
  }
  const turn = setTimeout(f, 0)
  return () => clearTimeout(turn)
}
