import { describe, expect, it } from "vitest"
import type { Life } from "../../src/page/History.ts"
import { rowsOf, type View } from "../../src/page/rows.ts"

const life = (id: number, parent?: number, more: Partial<Life> = {}): Life => ({
  id,
  kind: "task",
  name: `n${id}`,
  parent,
  from: id,
  to: undefined,
  failed: false,
  cancelled: undefined,
  waits: [],
  info: undefined,
  ...more
})

const shown = (lives: ReadonlyArray<Life>, view: Partial<View> = {}): ReadonlyArray<string> =>
  rowsOf(lives, { closed: new Set(), filter: "", showEnded: true, ...view }).map(
    ({ below, level, life }) => `${"-".repeat(level)}${life.name}${below === 0 ? "" : ` (${below})`}`
  )

const family = [life(1), life(2, 1), life(3, 2), life(4, 1), life(5)]

describe("the lines of the tree", () => {
  it("stand below their parents, in the order in which they began [S-326]", () => {
    expect(shown(family.toReversed())).toEqual(["-n1 (3)", "--n2 (1)", "---n3", "--n4", "-n5"])
  })

  it("are hidden below one that is closed, which says how many there are [S-326]", () => {
    expect(shown(family, { closed: new Set([2]) })).toEqual(["-n1 (3)", "--n2 (1)", "--n4", "-n5"])
    expect(shown(family, { closed: new Set([1, 2]) })).toEqual(["-n1 (3)", "-n5"])
  })

  it("are those whose name fits, and the outer ones of these [S-326]", () => {
    expect(shown(family, { filter: " N3 " })).toEqual(["-n1 (2)", "--n2 (1)", "---n3"])
    expect(shown(family, { filter: "n2" })).toEqual(["-n1 (1)", "--n2"])
    expect(shown(family, { filter: "nobody" })).toEqual([])
  })

  it("are only the live ones on request, and begin at the root if the parent is not known [S-326]", () => {
    const some = [life(1, undefined, { to: 9 }), life(2, 1), life(3, 77)]
    expect(shown(some, { showEnded: false })).toEqual(["-n2", "-n3"])
  })

  it("may be 100,000 levels deep [S-326]", () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => life(index + 1, index === 0 ? undefined : index))
    const rows = rowsOf(chain, { closed: new Set(), filter: "n100000", showEnded: true })
    expect(rows).toHaveLength(100_000)
    expect(rows[0]!.below).toBe(99_999)
  })
})
