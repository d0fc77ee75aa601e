import {
  type CancelNode,
  type CancelTrace,
  effectiveDeadlineOf,
  nowOn,
  type Observer,
  type Resource,
  type WaitTarget
} from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import * as Exit from "effect/Exit"
import type { Inspector } from "../Inspector.ts"
import type { NodeInfo, Snapshot, WaitInfo } from "../Snapshot.ts"
import type { Timeline } from "../Timeline.ts"
import { findingsIn } from "./findingsIn.ts"
import { cancelInfoOf } from "./inWords.ts"
import { LiveTable, type Told } from "./LiveTable.ts"
import { Recent } from "./Recent.ts"
import { Resources } from "./Resources.ts"
import { TurnClock } from "./TurnClock.ts"

interface Wait {
  readonly on: string
  readonly since: number
  readonly target: WaitTarget | undefined
}

export interface Settings {
  readonly program: string
  readonly pid: number
  readonly history: number
  readonly laggardAfter: number
}

const isNode = (node: CancelNode | Told): node is CancelNode => "trace" in node

/** Keeps what it is told, in plain data, and passes it on. */
export class Watching implements Inspector {
  private readonly settings: Settings
  private readonly outer: Observer | undefined
  private readonly time: TurnClock
  private readonly live = new LiveTable()
  private readonly recent: Recent
  private readonly resources = new Resources()
  /** Of those who wait, whether or not they are in the tree: a fiber that was forked inside waits under its own number. */
  private readonly waits = new Map<number, Wait>()
  /** Cancels of those of whom no node was given. */
  private readonly cancels = new Map<number, CancelTrace>()

  constructor(settings: Settings, clock: Clock.Clock, outer: Observer | undefined) {
    this.settings = settings
    this.outer = outer
    this.time = new TurnClock(clock)
    this.recent = new Recent(settings.history)
  }

  taskBegan(id: number, parent: number, node: CancelNode): void {
    const at = this.time.now()
    this.live.put(id, parent, at, node)
    const label = node.shortName
    this.recent.started(at, id, parent, "task", label, typeof label === "number" ? node.parent?.name : undefined)
    if (this.outer === undefined) return
    if (this.outer.taskBegan === undefined) this.outer.taskStarted(id, parent, node.name, node)
    else this.outer.taskBegan(id, parent, node)
  }

  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.began(id, parent, name, node)
    this.outer?.taskStarted(id, parent, name, node)
  }

  taskWaiting(id: number, on: string, target?: WaitTarget): void {
    const at = this.time.now()
    if (on === "") {
      this.waits.delete(id)
      this.recent.goesOn(at, id)
    } else {
      const before = this.waits.get(id)
      this.waits.set(id, { on, since: before?.on === on ? before.since : at, target })
      if (before?.on !== on) this.recent.waits(at, id, on)
    }
    this.outer?.taskWaiting(id, on, target)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    this.ended(id, Exit.isFailure(exit) ? "failed" : undefined)
    this.outer?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.began(id, parent, name, node)
    this.outer?.scopeOpened(id, parent, name, node)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    const { reason } = trace
    if (!this.cancels.has(id)) this.cancels.set(id, trace)
    const why = reason._tag === "Requested" ? (reason.message ?? reason._tag) : reason._tag
    this.recent.cancelled(this.time.now(), id, why)
    this.outer?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.ended(id, undefined)
    this.outer?.scopeClosed(id)
  }

  resourceOpened(resource: Resource): void {
    this.resources.open(resource, this.time.now())
    this.outer?.resourceOpened?.(resource)
  }

  resourceClosed(resource: Resource): void {
    this.resources.close(resource)
    this.outer?.resourceClosed?.(resource)
  }

  private began(id: number, parent: number | undefined, name: string, node: CancelNode | undefined): void {
    const at = this.time.now()
    this.live.put(id, parent, at, node ?? { name })
    this.recent.started(at, id, parent, node?.kind ?? "task", name, undefined)
  }

  private ended(id: number, how: string | undefined): void {
    this.live.remove(id)
    if (this.waits.size > 0) this.waits.delete(id)
    if (this.cancels.size > 0) this.cancels.delete(id)
    this.recent.ended(this.time.now(), id, how)
  }

  snapshot(): Snapshot {
    const { clock } = this.time
    const now = nowOn(clock)
    const nodes: Array<NodeInfo> = []
    this.live.each((id, parent, at, node) => nodes.push(this.infoOf(id, parent, at, node, now)))
    const resources = this.resources.infos(now)
    const { laggardAfter, pid, program } = this.settings
    const findings = findingsIn(nodes, resources, laggardAfter)
    return { at: clock.currentTimeMillisUnsafe(), pid, program, nodes, resources, findings }
  }

  timeline(after = 0): Timeline {
    const { clock } = this.time
    return this.recent.since(after, clock.currentTimeMillisUnsafe() - nowOn(clock))
  }

  private infoOf(id: number, parent: number | undefined, at: number, node: CancelNode | Told, now: number): NodeInfo {
    const wait = this.waits.get(id)
    const trace = (isNode(node) ? node.trace : undefined) ?? this.cancels.get(id)
    const deadline = isNode(node) ? effectiveDeadlineOf(node) : undefined
    return {
      id,
      kind: isNode(node) ? node.kind : "task",
      name: node.name,
      ...(parent === undefined ? {} : { parent }),
      state: trace !== undefined ? "cancelled" : wait !== undefined ? "waiting" : "running",
      age: since(at, now),
      ...(wait === undefined ? {} : { waitsFor: waitInfoOf(wait, now) }),
      ...(deadline === undefined || !Number.isFinite(deadline) ? {} : { deadlineLeft: deadline - now }),
      ...(isNode(node) && node.shielded ? { shielded: true as const } : {}),
      ...(trace === undefined ? {} : { cancel: cancelInfoOf(trace, now) })
    }
  }
}

const since = (at: number, now: number): number => Math.max(0, now - at)

const waitInfoOf = ({ on, since: at, target }: Wait, now: number): WaitInfo => {
  const wait = { on, for: since(at, now) }
  if (target === undefined) return wait
  if ("task" in target) return { ...wait, task: target.task }
  return "resource" in target ? { ...wait, resource: target.resource } : { ...wait, group: target.tasksOf }
}
