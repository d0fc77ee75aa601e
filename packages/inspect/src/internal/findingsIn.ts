import type { DeadlockFound, Finding, LaggardFound, OrphanedWaitFound } from "../Finding.ts"
import type { NodeInfo, ResourceInfo } from "../Snapshot.ts"
import { Waits } from "./canGoOn.ts"
import { millisText, plain, quoted } from "./plain.ts"

/** What looks wrong: circles first, then waits that nobody ends, then those who have not stopped. */
export const findingsIn = (
  nodes: ReadonlyArray<NodeInfo>,
  resources: ReadonlyArray<ResourceInfo>,
  laggardAfter: number
): ReadonlyArray<Finding> => {
  const waits = new Waits(nodes, resources)
  const stuck = nodes.filter(({ id, waitsFor }) => waitsFor !== undefined && !waits.goes(id))
  const deadlocks: Array<DeadlockFound> = []
  const orphans: Array<OrphanedWaitFound> = []
  const seen = new Set<number>()
  for (const { id } of stuck) {
    const way: Array<number> = []
    let at: number | undefined = id
    while (at !== undefined && !seen.has(at)) {
      seen.add(at)
      way.push(at)
      const next = nextOf(waits, at)
      if (next === undefined) orphans.push(orphan(waits, waits.byId.get(at)!))
      at = next
    }
    const from = at === undefined ? -1 : way.indexOf(at)
    if (from >= 0) deadlocks.push(deadlock(waits, way.slice(from)))
  }
  return [...deadlocks, ...orphans, ...laggardsIn(nodes, laggardAfter)]
}

/** Somebody who is in the way of one that cannot go on, or end; nobody if it is not known who that is. */
const nextOf = (waits: Waits, id: number): number | undefined => {
  const wait = waits.goes(id) ? undefined : waits.byId.get(id)?.waitsFor
  const hindered = (nodes: ReadonlyArray<NodeInfo>) => nodes.find((node) => !waits.ends(node.id))?.id
  if (wait === undefined) return hindered(waits.below(id))
  if (wait.task !== undefined) return wait.task
  if (wait.group !== undefined) return hindered(waits.tasksOf(wait.group))
  const owners = waits.taken.get(wait.resource!)?.map(({ owner }) => owner)
  return owners?.find((owner) => owner !== undefined && waits.byId.has(owner))
}

/** The task, or the outermost scope, that a node belongs to: that is the name which people know. */
const shown = (waits: Waits, node: NodeInfo): NodeInfo => {
  let at = node
  while (at.kind !== "task" && at.kind !== "group") {
    const parent = at.parent === undefined ? undefined : waits.byId.get(at.parent)
    if (parent === undefined) return at
    at = parent
  }
  return at
}

const deadlock = (waits: Waits, way: ReadonlyArray<number>): DeadlockFound => {
  const waiting = way.map((id) => waits.byId.get(id)!).filter(({ id, waitsFor }) => waitsFor && !waits.goes(id))
  const circle = waiting.map((node) => {
    const { id, name } = shown(waits, node)
    return { id, name, on: node.waitsFor!.on }
  })
  const millis = Math.min(...waiting.map(({ waitsFor }) => waitsFor!.for))
  const steps = circle.map(({ name, on }) => `${quoted(name)} for ${plain(on)}`).join(", ")
  const text = `deadlock for ${millisText(millis)}: ${steps}. Each waits for what the next one has, and the last for what the first has.`
  return { _tag: "Deadlock", circle, for: millis, text }
}

const orphan = (waits: Waits, node: NodeInfo): OrphanedWaitFound => {
  const { for: millis, on, resource: of } = node.waitsFor!
  const { id, name } = shown(waits, node)
  const certain = of !== undefined && waits.taken.has(of)
  const owner = of === undefined ? undefined : waits.resources.get(of)?.owner
  const made = owner === undefined ? undefined : waits.byId.get(owner)
  const because = certain
    ? "all who had taken it have ended and not given it back"
    : `everybody below ${quoted(made?.name ?? "")}, where it was made, waits, too; only code outside of the tree could end it, a callback say`
  const text = `orphaned wait: ${quoted(name)} has waited ${millisText(millis)} for ${plain(on)}; ${because}.`
  return {
    _tag: "OrphanedWait",
    id,
    name,
    on,
    for: millis,
    ...(of === undefined ? {} : { resource: of }),
    certain,
    because,
    text
  }
}

const laggardsIn = (nodes: ReadonlyArray<NodeInfo>, after: number): ReadonlyArray<LaggardFound> => {
  const held = new Set(nodes.map(({ parent }) => parent))
  return nodes.flatMap((node) => {
    const { cancel, id, name, waitsFor } = node
    if (cancel === undefined || cancel.ago < after || held.has(id)) return []
    const doing = waitsFor === undefined ? "" : `; it waits ${millisText(waitsFor.for)} for ${plain(waitsFor.on)}`
    const text = `laggard: ${node.kind} ${quoted(name)} was cancelled ${millisText(cancel.ago)} ago (${plain(cancel.because, 200)}) and has not stopped${doing}.`
    return [
      { _tag: "Laggard", id, name, ago: cancel.ago, ...(waitsFor === undefined ? {} : { on: waitsFor.on }), text }
    ]
  })
}
