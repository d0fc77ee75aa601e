import type { Life } from "./History.ts"

/** One line of the tree. */
export interface Row {
  readonly life: Life
  readonly level: number
  /** How many of those that fit stand below it, at any depth; 0 for a leaf. */
  readonly below: number
  readonly isOpen: boolean
}

export interface View {
  /** Whose children are not shown. */
  readonly closed: ReadonlySet<number>
  /** Part of a name, in any case; empty for all. Outer ones of what fits are shown, too. */
  readonly filter: string
  readonly showEnded: boolean
}

const childrenOf = (lives: Iterable<Life>): ReadonlyMap<number | undefined, ReadonlyArray<Life>> => {
  const all = new Map<number | undefined, Array<Life>>()
  const known = new Map<number, Life>()
  for (const life of lives) known.set(life.id, life)
  for (const life of known.values()) {
    const parent = life.parent !== undefined && known.has(life.parent) ? life.parent : undefined
    const siblings = all.get(parent)
    if (siblings === undefined) all.set(parent, [life])
    else siblings.push(life)
  }
  for (const siblings of all.values()) siblings.sort((a, b) => a.from - b.from || a.id - b.id)
  return all
}

/** The lines of the tree, from top to bottom. Trees may be as deep as they like. */
export const rowsOf = (lives: Iterable<Life>, { closed, filter, showEnded }: View): ReadonlyArray<Row> => {
  const shown: Array<Life> = []
  for (const life of lives) if (showEnded || life.to === undefined) shown.push(life)
  const children = childrenOf(shown)
  const order: Array<{ readonly life: Life; readonly level: number }> = []
  const below = new Map<number, number>()
  const fits = new Set<number>()
  const wanted = filter.trim().toLowerCase()
  const stack = (children.get(undefined) ?? []).map((life) => ({ life, level: 1 })).toReversed()
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    order.push(at)
    const inner = children.get(at.life.id) ?? []
    for (let i = inner.length - 1; i >= 0; i--) stack.push({ life: inner[i]!, level: at.level + 1 })
  }
  for (const { life } of order.toReversed()) {
    if (wanted === "" || life.name.toLowerCase().includes(wanted)) fits.add(life.id)
    if (life.parent === undefined || !fits.has(life.id)) continue
    below.set(life.parent, (below.get(life.parent) ?? 0) + 1 + (below.get(life.id) ?? 0))
    fits.add(life.parent)
  }
  return visible(order, below, fits, closed)
}

const visible = (
  order: ReadonlyArray<{ readonly life: Life; readonly level: number }>,
  below: ReadonlyMap<number, number>,
  fits: ReadonlySet<number>,
  closed: ReadonlySet<number>
): ReadonlyArray<Row> => {
  const rows: Array<Row> = []
  let hiddenBelow = Infinity
  for (const { level, life } of order) {
    if (level > hiddenBelow) continue
    hiddenBelow = Infinity
    if (!fits.has(life.id)) continue
    const isOpen = !closed.has(life.id)
    rows.push({ life, level, below: below.get(life.id) ?? 0, isOpen })
    if (!isOpen) hiddenBelow = level
  }
  return rows
}
