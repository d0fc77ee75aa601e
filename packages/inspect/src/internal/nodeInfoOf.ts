import { type CancelNode, effectiveDeadlineOf, type WaitTarget } from "@ferrule/runtime"
import type { NodeInfo, WaitInfo } from "../Snapshot.ts"
import { cancelInfoOf } from "./inWords.ts"
import { isNode, type Told } from "./LiveTable.ts"

/** Somebody who has begun and not ended. */
export interface Live {
  readonly id: number
  readonly parent: number | undefined
  /** When it began. */
  readonly at: number
  readonly node: CancelNode | Told
}

/** What somebody waits for. */
export interface Wait {
  readonly on: string
  readonly since: number
  readonly target: WaitTarget | undefined
}

const since = (at: number, now: number): number => Math.max(0, now - at)

const waitInfoOf = ({ on, since: at, target }: Wait, now: number): WaitInfo => {
  const wait = { on, for: since(at, now) }
  if (target === undefined) return wait
  if ("task" in target) return { ...wait, task: target.task }
  return "resource" in target ? { ...wait, resource: target.resource } : { ...wait, group: target.tasksOf }
}

/** What a snapshot says of it. Property by property: a snapshot has ten thousand of these, and the program stands still. */
export const nodeInfoOf = ({ at, id, node, parent }: Live, wait: Wait | undefined, now: number): NodeInfo => {
  const { kind, name, trace } = node
  const state = trace !== undefined ? "cancelled" : wait !== undefined ? "waiting" : "running"
  const info: { -readonly [Key in keyof NodeInfo]: NodeInfo[Key] } = { id, kind, name, state, age: since(at, now) }
  if (parent !== undefined) info.parent = parent
  if (wait !== undefined) info.waitsFor = waitInfoOf(wait, now)
  if (isNode(node)) {
    const deadline = effectiveDeadlineOf(node)
    if (deadline !== undefined && Number.isFinite(deadline)) info.deadlineLeft = deadline - now
    if (node.shielded) info.shielded = true
  }
  if (trace !== undefined) info.cancel = cancelInfoOf(trace, now)
  return info
}
