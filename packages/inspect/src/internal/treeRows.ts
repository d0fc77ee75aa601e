/** A snapshot's tree as rows: what is shown, in which order, and what is left out. */
import type { NodeInfo } from "../Snapshot.ts"
import { looksOf } from "./alike.ts"

export interface Row {
  /** The lines of the tree in front of it. */
  readonly lines: string
  /** The node; without it the row says how many more there are. */
  readonly node: NodeInfo | undefined
  readonly more: number
  /** What those are like that are left out; nothing if they are what is too deep. */
  readonly like: NodeInfo | undefined
}

/** Deeper than this a tree does not fit on a line. */
const deepest = 40

interface Branch {
  readonly row: Row
  readonly depth: number
  /** The lines in front of what is below it. */
  readonly indent: string
}

/** The rows, outer ones first. Of siblings that look alike so many are shown as `alike` says. */
export const treeRows = (nodes: ReadonlyArray<NodeInfo>, alike: number): ReadonlyArray<Row> => {
  const known = new Set(nodes.map(({ id }) => id))
  const below = Map.groupBy(nodes, ({ parent }) => (parent !== undefined && known.has(parent) ? parent : undefined))
  const looks = looksOf(nodes, (id) => below.get(id) ?? [])
  const rows: Array<Row> = []
  const open: Array<Branch> = []
  const branch = (children: ReadonlyArray<NodeInfo>, depth: number, indent: string): void => {
    const shown = abridged(children, looks, alike)
    const branches = shown.map((row, index): Branch => {
      const isLast = index === shown.length - 1
      const lines = depth === 0 ? "" : `${indent}${isLast ? "└─ " : "├─ "}`
      return { row: { ...row, lines }, depth, indent: depth === 0 ? "" : `${indent}${isLast ? "   " : "│  "}` }
    })
    for (const next of branches.toReversed()) open.push(next)
  }
  branch(below.get(undefined) ?? [], 0, "")
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    rows.push(at.row)
    const children = at.row.node === undefined ? [] : (below.get(at.row.node.id) ?? [])
    if (children.length === 0) continue
    if (at.depth < deepest) branch(children, at.depth + 1, at.indent)
    else
      rows.push({ lines: `${at.indent}└─ `, node: undefined, more: countBelow(at.row.node!, below), like: undefined })
  }
  return rows
}

type Below = ReadonlyMap<number | undefined, ReadonlyArray<NodeInfo>>

const countBelow = (node: NodeInfo, below: Below): number => {
  let count = 0
  const open = [node.id]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const child of below.get(id) ?? []) {
      count++
      open.push(child.id)
    }
  }
  return count
}

/** The siblings that are shown, and after the last of each sort how many more there are of it. */
const abridged = (
  siblings: ReadonlyArray<NodeInfo>,
  looks: ReadonlyMap<number, number>,
  alike: number
): ReadonlyArray<Row> => {
  const counts = new Map<number, number>()
  const rows: Array<Row> = []
  const total = Map.groupBy(siblings, ({ id }) => looks.get(id)!)
  for (const node of siblings) {
    const look = looks.get(node.id)!
    const count = (counts.get(look) ?? 0) + 1
    counts.set(look, count)
    const all = total.get(look)!.length
    // A row that says "1 more" is no shorter than the one.
    if (count <= alike || all === alike + 1) rows.push({ lines: "", node, more: 0, like: undefined })
    else if (count === alike + 1) rows.push({ lines: "", node: undefined, more: all - alike, like: node })
  }
  return rows
}
