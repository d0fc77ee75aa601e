/** A circle among those that can be reached from `starts`, depth first; empty if there is none. */
export const circleIn = (
  starts: Iterable<number>,
  dependsOn: (id: number) => ReadonlyArray<number>
): ReadonlyArray<number> => {
  const isOver = new Set<number>()
  /** The present way, each with those that it has not tried yet. */
  const way = new Map<number, Array<number>>()
  const ends: Array<number> = []
  const enter = (id: number): void => {
    isOver.add(id)
    ends.push(id)
    way.set(id, dependsOn(id).toReversed())
  }
  for (const start of starts) {
    if (!isOver.has(start)) enter(start)
    while (ends.length > 0) {
      const last = ends.at(-1)!
      const next = way.get(last)!.pop()
      if (next === undefined) {
        ends.pop()
        way.delete(last)
      } else if (way.has(next)) return ends.slice(ends.indexOf(next))
      else if (!isOver.has(next)) enter(next)
    }
  }
  return []
}
