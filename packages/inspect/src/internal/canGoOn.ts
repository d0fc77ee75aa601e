/**
 * Who can go on, as far as is known. What is not known is taken to go well: a task that waits for nothing of this
 * library can go on, a fiber that a task has forked is not seen, and what waits for something that is not in the
 * snapshot is served some day.
 *
 *   goes(n)  the code of n can go on: it waits for nothing, or for something that somebody can give it who goes;
 *            if it waits for nothing itself, and scopes were opened in it, one of them can end.
 *   ends(n)  n can end: its code goes, and all below it can end.
 *
 * Both are the least such sets: found from those that wait for nothing, each adds those who wait for it. Every node is
 * looked at again only when something happened that it waits for: snapshots of ten thousand nodes are taken live.
 */
import type { NodeInfo, ResourceInfo, WaitInfo } from "../Snapshot.ts"
import { isTaken } from "./isTaken.ts"

/** Who is to be looked at again when something happens to whom the key numbers. */
class Heirs {
  private readonly byKey = new Map<number, Array<number>>()

  add(key: number, heir: number): void {
    const heirs = this.byKey.get(key)
    if (heirs === undefined) this.byKey.set(key, [heir])
    else heirs.push(heir)
  }

  of(key: number): ReadonlyArray<number> {
    return this.byKey.get(key) ?? []
  }
}

/** What is below a node, and how much of it can end. */
interface Below {
  readonly nodes: Array<NodeInfo>
  tasks: number
  tasksEnding: number
  scopesEnding: number
}

const nothing: Below = { nodes: [], tasks: 0, tasksEnding: 0, scopesEnding: 0 }

export class Waits {
  readonly byId: ReadonlyMap<number, NodeInfo>
  readonly resources: ReadonlyMap<number, ResourceInfo>
  /** What is taken, by the number of what it is taken of. */
  readonly taken: ReadonlyMap<number, ReadonlyArray<ResourceInfo>>
  private readonly belowOf = new Map<number, Below>()
  private readonly going = new Set<number>()
  private readonly ending = new Set<number>()
  /** Those with somebody who goes in them, themselves included. */
  private readonly lively = new Set<number>()
  /** What somebody holds who goes. */
  private readonly released = new Set<number>()
  private readonly joiners = new Heirs()
  private readonly inGroups = new Heirs()
  private readonly inLines = new Heirs()
  private readonly ofMakers = new Heirs()
  private readonly holdings = new Heirs()

  constructor(nodes: ReadonlyArray<NodeInfo>, resources: ReadonlyArray<ResourceInfo>) {
    this.byId = new Map(nodes.map((node) => [node.id, node]))
    this.resources = new Map(resources.map((resource) => [resource.id, resource]))
    this.taken = Map.groupBy(
      resources.filter((resource) => resource.of !== undefined && isTaken(resource)),
      ({ of }) => of!
    )
    for (const { of, owner } of resources) if (of !== undefined && owner !== undefined) this.holdings.add(owner, of)
    for (const node of nodes) this.enter(node)
    const open = nodes.map(({ id }) => id)
    for (let id = open.pop(); id !== undefined; id = open.pop()) this.look(this.byId.get(id)!, open)
  }

  goes(id: number): boolean {
    return this.going.has(id) || !this.byId.has(id)
  }

  ends(id: number): boolean {
    return this.ending.has(id) || !this.byId.has(id)
  }

  below(id: number): ReadonlyArray<NodeInfo> {
    return this.around(id).nodes
  }

  tasksOf(group: number): ReadonlyArray<NodeInfo> {
    return this.below(group).filter(({ kind }) => kind === "task")
  }

  private around(id: number): Below {
    return this.belowOf.get(id) ?? nothing
  }

  private enter(node: NodeInfo): void {
    const { id, kind, parent, waitsFor } = node
    if (parent !== undefined) {
      let below = this.belowOf.get(parent)
      if (below === undefined) this.belowOf.set(parent, (below = { ...nothing, nodes: [] }))
      below.nodes.push(node)
      if (kind === "task") below.tasks++
    }
    if (waitsFor === undefined) return
    if (waitsFor.task !== undefined) this.joiners.add(waitsFor.task, id)
    if (waitsFor.group !== undefined) this.inGroups.add(waitsFor.group, id)
    if (waitsFor.resource === undefined) return
    this.inLines.add(waitsFor.resource, id)
    const maker = this.resources.get(waitsFor.resource)?.owner
    if (maker !== undefined) this.ofMakers.add(maker, id)
  }

  private look(node: NodeInfo, open: Array<number>): void {
    const { id } = node
    if (!this.going.has(id) && this.canGo(node)) {
      this.going.add(id)
      this.onGoing(id, open)
    }
    if (this.ending.has(id) || !this.going.has(id) || this.stays(id)) return
    this.ending.add(id)
    this.onEnding(node, open)
  }

  private onGoing(id: number, open: Array<number>): void {
    for (const held of this.holdings.of(id)) {
      if (this.released.has(held)) continue
      this.released.add(held)
      push(open, this.inLines.of(held))
    }
    for (let at: number | undefined = id; at !== undefined && !this.lively.has(at); at = this.byId.get(at)?.parent) {
      this.lively.add(at)
      push(open, this.ofMakers.of(at))
    }
  }

  private onEnding({ id, kind, parent }: NodeInfo, open: Array<number>): void {
    push(open, this.joiners.of(id))
    if (parent === undefined) return
    const below = this.belowOf.get(parent)!
    if (kind === "task") below.tasksEnding++
    else below.scopesEnding++
    if (this.byId.has(parent)) open.push(parent)
    const isOfNote = below.tasksEnding === 1 || below.tasksEnding === below.tasks
    if (kind === "task" && isOfNote) push(open, this.inGroups.of(parent))
  }

  /** Something below it cannot end. */
  private stays(id: number): boolean {
    const { nodes, scopesEnding, tasksEnding } = this.around(id)
    return scopesEnding + tasksEnding < nodes.length
  }

  private canGo(node: NodeInfo): boolean {
    const { id, waitsFor } = node
    if (waitsFor !== undefined && !isLeaving(node)) return this.canBeServed(id, waitsFor)
    const { nodes, scopesEnding, tasks } = this.around(id)
    return nodes.length === tasks || scopesEnding > 0
  }

  private canBeServed(id: number, { group, resource, task }: WaitInfo): boolean {
    if (task !== undefined) return this.ends(task)
    if (group !== undefined) {
      const { tasks, tasksEnding } = this.around(group)
      return tasksEnding === tasks || (group !== id && tasksEnding > 0)
    }
    if (resource === undefined || this.released.has(resource)) return true
    const taken = this.taken.get(resource)
    if (taken !== undefined) return taken.some(({ owner }) => owner === undefined)
    const owner = this.resources.get(resource)?.owner
    return owner === undefined || !this.byId.has(owner) || this.lively.has(owner)
  }
}

/** One by one: spread into one call, a hundred thousand of them would not fit on the stack. */
const push = (into: Array<number>, ids: ReadonlyArray<number>): void => {
  for (const id of ids) into.push(id)
}

/** It was cancelled while it waited: it leaves the line as soon as it is told. What it waits for in its cleanup counts. */
const isLeaving = ({ cancel, waitsFor }: NodeInfo): boolean =>
  cancel !== undefined && waitsFor !== undefined && waitsFor.for > cancel.ago
