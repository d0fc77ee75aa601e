/** Which nodes look alike: a thousand workers that wait for the same are one line and a count. */
import type { NodeInfo } from "../Snapshot.ts"

/** Gives each node a number: nodes that differ only in name, number and times have the same, with all that is below them. */
export const looksOf = (
  nodes: ReadonlyArray<NodeInfo>,
  below: (id: number) => ReadonlyArray<NodeInfo>
): ReadonlyMap<number, number> => {
  const looks = new Map<number, number>()
  const known = new Map<string, number>()
  // Inner ones first: outer ones stand before them.
  for (const { cancel, id, kind, shielded, state, waitsFor } of nodes.toReversed()) {
    const inner = [...new Set(below(id).map((child) => looks.get(child.id)))].toSorted((a, b) => a! - b!)
    const look = JSON.stringify([kind, state, shielded, waitsFor?.on, cancel?.because, inner])
    let number = known.get(look)
    if (number === undefined) known.set(look, (number = known.size))
    looks.set(id, number)
  }
  return looks
}
