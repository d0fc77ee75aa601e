/**
 * Nodes that have begun and not ended, by number: a hash table on plain arrays, since a program may have a hundred
 * thousand of them and start and end as many in a second.
 *
 * Invariant: from the slot that a number hashes to, up to the one that it is in, no slot is empty.
 * Invariant: at most half of the slots are taken.
 */
import type { CancelNode, CancelTrace, NodeKind } from "@ferrule/runtime"

/** What is known by events alone of whoever comes without a node. */
export interface Told {
  readonly kind: NodeKind
  readonly name: string
  trace?: CancelTrace
}

/** Not by its class: the program may have a copy of the runtime of its own. */
export const isNode = (node: CancelNode | Told): node is CancelNode => "firstChild" in node

const smallest = 64

export class LiveTable {
  count = 0
  private bits = 6
  /** The number plus one; 0 is an empty slot. */
  private keys = new Float64Array(smallest)
  private times = new Float64Array(smallest)
  /** The number of the parent plus one; 0 is none. */
  private parents = new Float64Array(smallest)
  private nodes: Array<CancelNode | Told | undefined> = Array.from({ length: smallest }, () => undefined)

  put(id: number, parent: number | undefined, at: number, node: CancelNode | Told): void {
    if (this.count * 2 >= this.keys.length) this.resize(this.bits + 1)
    const slot = this.slotFor(id)
    if (this.keys[slot] === 0) this.count++
    this.keys[slot] = id + 1
    this.times[slot] = at
    this.parents[slot] = parent === undefined ? 0 : parent + 1
    this.nodes[slot] = node
  }

  remove(id: number): void {
    let hole = this.slotFor(id)
    if (this.keys[hole] === 0) return
    this.count--
    const mask = this.keys.length - 1
    // What stands behind it moves up, unless it would come before the slot that it hashes to.
    for (let at = (hole + 1) & mask; this.keys[at] !== 0; at = (at + 1) & mask) {
      const home = this.home(this.keys[at]! - 1)
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      this.move(at, hole)
      hole = at
    }
    this.keys[hole] = 0
    this.nodes[hole] = undefined
    if (this.bits > 6 && this.count * 16 < this.keys.length) this.resize(this.bits - 2)
  }

  get(id: number): CancelNode | Told | undefined {
    return this.nodes[this.slotFor(id)]
  }

  /** Calls `see` with each, in no order. */
  each(see: (id: number, parent: number | undefined, at: number, node: CancelNode | Told) => void): void {
    for (let slot = 0; slot < this.keys.length; slot++) {
      if (this.keys[slot] === 0) continue
      const parent = this.parents[slot]!
      see(this.keys[slot]! - 1, parent === 0 ? undefined : parent - 1, this.times[slot]!, this.nodes[slot]!)
    }
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from]!
    this.times[to] = this.times[from]!
    this.parents[to] = this.parents[from]!
    this.nodes[to] = this.nodes[from]
  }

  /** Numbers that follow each other are far apart: those that live long would make one long run of slots. */
  private home(id: number): number {
    return Math.imul(id, 0x9e3779b1) >>> (32 - this.bits)
  }

  /** Where it is, or where it would be put. */
  private slotFor(id: number): number {
    const mask = this.keys.length - 1
    let slot = this.home(id)
    while (this.keys[slot] !== 0 && this.keys[slot] !== id + 1) slot = (slot + 1) & mask
    return slot
  }

  private resize(bits: number): void {
    const { keys, nodes, parents, times } = this
    const size = 2 ** bits
    this.bits = bits
    this.keys = new Float64Array(size)
    this.times = new Float64Array(size)
    this.parents = new Float64Array(size)
    this.nodes = Array.from({ length: size }, () => undefined)
    for (let from = 0; from < keys.length; from++) {
      if (keys[from] === 0) continue
      const to = this.slotFor(keys[from]! - 1)
      this.keys[to] = keys[from]!
      this.times[to] = times[from]!
      this.parents[to] = parents[from]!
      this.nodes[to] = nodes[from]
    }
  }
}
