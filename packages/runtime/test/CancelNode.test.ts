import { expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { describe } from "vitest"
import { CancelNode, type CancelTrace, effectiveDeadlineOf, isInside, mark, pathOf } from "../src/index.ts"

const trace = (message: string): CancelTrace => ({
  scope: message,
  path: [],
  reason: { _tag: "Requested", message },
  at: 0
})

const childrenOf = (node: CancelNode): Array<CancelNode> => {
  const children: Array<CancelNode> = []
  for (let child = node.firstChild; child !== undefined; child = child.next) children.push(child)
  return children
}

/** The links of a node's children hold together in both directions. */
const soundLinks = (node: CancelNode): boolean => {
  const children = childrenOf(node)
  return (
    node.lastChild === children.at(-1) &&
    children.every((child, i) => child.parent === node && child.previous === children[i - 1] && !child.hasEnded)
  )
}

class Counted extends CancelNode {
  marks = 0
  override onMarked(): void {
    this.marks++
  }
}

interface Plan {
  readonly under: number
  readonly shielded: boolean
  readonly ended: boolean
}

const plans = fc.array(
  fc.record({
    under: fc.nat(),
    shielded: fc.boolean().map((on) => on),
    ended: fc.integer({ min: 0, max: 9 }).map((n) => n === 0)
  }),
  { minLength: 1, maxLength: 60 }
)

/** A random tree: each node below one that came before it; some are shielded, some leaves have ended. */
const treeOf = (list: ReadonlyArray<Plan>): Array<Counted> => {
  const nodes: Array<Counted> = []
  for (const [i, { under, shielded }] of list.entries()) {
    const node = new Counted(`n${i}`)
    node.shielded = shielded && i % 3 === 0
    node.attach(nodes[under % Math.max(1, i)])
    nodes.push(node)
  }
  for (const [i, node] of nodes.entries()) if (list[i]!.ended && node.firstChild === undefined) node.detach()
  return nodes
}

/** What the invariant says: a node is reached when no shield stands between it and the marked one. */
const isReached = (node: CancelNode, root: CancelNode): boolean => {
  for (let n: CancelNode | undefined = node; n !== undefined; n = n.parent) {
    if (n === root) return true
    if (n.shielded || n.hasEnded) return false
  }
  return false
}

describe("mark", () => {
  it("marks every node below that no shield protects, and no other, each once, outer ones first", () => {
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat(), (list, first, second) => {
        const nodes = treeOf(list)
        const targets = [nodes[first % nodes.length]!, nodes[second % nodes.length]!]
        const expected = new Map<CancelNode, CancelTrace>()
        for (const [i, target] of targets.entries()) {
          const asked = trace(`mark ${i}`)
          const marked = mark(target, asked, true)
          const reached = target.hasEnded ? [] : nodes.filter((node) => isReached(node, target) && !expected.has(node))
          for (const node of reached) expected.set(node, asked)
          expect(new Set(marked)).toEqual(new Set(reached))
          for (const [at, node] of marked.entries()) {
            expect(marked.indexOf(node.parent as Counted)).toBeLessThan(at)
          }
        }
        for (const node of nodes) {
          expect(node.trace).toBe(expected.get(node))
          expect(node.marks).toBe(expected.has(node) ? 1 : 0)
        }
      }),
      { numRuns: 500 }
    )
  })

  it("keeps the first trace of a node, and the first that was asked of it [CS-13]", () => {
    const outer = new CancelNode("outer")
    const inner = new CancelNode("inner")
    inner.attach(outer)
    const [first, second, third] = [trace("first"), trace("second"), trace("third")]
    mark(outer, first, true)
    mark(inner, second, true)
    mark(inner, third, true)
    expect(inner.trace).toBe(first)
    expect(inner.requested).toBe(second)
    expect(outer.requested).toBe(first)
  })

  it("of a node that has ended marks nothing, but it stays known that it was asked for [CS-02]", () => {
    const node = new CancelNode("node")
    node.detach()
    const late = trace("late")
    expect(mark(node, late, true)).toEqual([])
    expect(node.requested).toBe(late)
    expect(node.trace).toBe(undefined)
  })

  it("does not grow the stack: a tree of depth 100,000 is marked in one step", () => {
    const root = new CancelNode("root")
    let deepest = root
    for (let i = 0; i < 100_000; i++) {
      const node = new CancelNode("n")
      node.attach(deepest)
      deepest = node
    }
    const all = trace("all")
    expect(mark(root, all, true)).toHaveLength(100_001)
    expect(deepest.trace).toBe(all)
    expect(deepest.depth).toBe(100_000)
    expect(pathOf(deepest)).toHaveLength(100_001)
    expect(effectiveDeadlineOf(deepest)).toBe(-Infinity)
  })
})

describe("the links", () => {
  it("hold together however nodes are attached and detached", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 200 }), (steps) => {
        const root = new CancelNode("root")
        const present: Array<CancelNode> = []
        for (const [pick, attach] of steps) {
          if (attach || present.length === 0) {
            const node = new CancelNode("child")
            node.attach(root)
            present.push(node)
          } else {
            const [node] = present.splice(pick % present.length, 1)
            node!.detach()
            expect(node!.previous).toBe(undefined)
            expect(node!.next).toBe(undefined)
          }
          expect(childrenOf(root)).toEqual(present)
          expect(soundLinks(root)).toBe(true)
        }
      })
    )
  })

  it("of a node that is attached below one that has ended go to the nearest one that has not", () => {
    const outer = new CancelNode("outer")
    const inner = new CancelNode("inner")
    inner.attach(outer)
    inner.detach()
    const late = new CancelNode("late")
    late.attach(inner)
    expect(late.parent).toBe(outer)
    expect(childrenOf(outer)).toEqual([late])
  })

  it("of a detached node keep its parent, so that its path can be told", () => {
    const outer = new CancelNode("outer")
    const inner = new CancelNode("inner")
    inner.attach(outer)
    inner.detach()
    expect(pathOf(inner)).toEqual(["outer", "inner"])
    expect(isInside(inner, outer)).toBe(true)
    expect(isInside(outer, inner)).toBe(false)
  })
})

describe("the effective deadline", () => {
  const chain = (...deadlines: ReadonlyArray<number | undefined>): Array<CancelNode> => {
    const nodes: Array<CancelNode> = []
    for (const [i, at] of deadlines.entries()) {
      const node = new CancelNode(`n${i}`)
      node.deadlineAt = at
      node.attach(nodes.at(-1))
      nodes.push(node)
    }
    return nodes
  }

  it("is the earliest of a node's own and the outer ones [TO-13]", () => {
    expect(effectiveDeadlineOf(chain(500, 1000)[1]!)).toBe(500)
    expect(effectiveDeadlineOf(chain(500, 300)[1]!)).toBe(300)
    expect(effectiveDeadlineOf(chain(undefined, undefined)[1]!)).toBe(undefined)
    expect(effectiveDeadlineOf(chain(7, undefined, undefined)[2]!)).toBe(7)
  })

  it("is not reached by what a shield keeps out, and -Infinity where a cancel has come [TO-13]", () => {
    const nodes = chain(500, 1000)
    nodes[1]!.shielded = true
    expect(effectiveDeadlineOf(nodes[1]!)).toBe(1000)
    mark(nodes[0]!, trace("outer"), true)
    expect(effectiveDeadlineOf(nodes[1]!)).toBe(1000)
    expect(effectiveDeadlineOf(nodes[0]!)).toBe(-Infinity)
  })
})
