/**
 * Keeps what it is told, in plain data, and passes it on.
 *
 * There may be very many tasks, and most end soon, so nothing is kept for one that has a node: it is found below its
 * group when somebody asks.
 */
import {
  type CancelNode,
  type CancelTrace,
  nowOn,
  type Observer,
  type Resource,
  type WaitTarget
} from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import type * as Exit from "effect/Exit"
import type { Inspector } from "../Inspector.ts"
import type { Snapshot } from "../Snapshot.ts"
import type { Timeline } from "../Timeline.ts"
import { Beginnings } from "./Beginnings.ts"
import { findingsIn } from "./findingsIn.ts"
import { isNode, LiveTable, type Told } from "./LiveTable.ts"
import { type Live, nodeInfoOf, type Wait } from "./nodeInfoOf.ts"
import { Recent } from "./Recent.ts"
import { Resources } from "./Resources.ts"

export interface Settings {
  readonly program: string
  readonly pid: number
  readonly history: number
  readonly laggardAfter: number
}

export class Watching implements Inspector {
  private readonly settings: Settings
  private readonly outer: Observer | undefined
  private readonly scopes = new LiveTable()
  /** Tasks that were told of by name. */
  private readonly named = new LiveTable()
  /** Of all other tasks. */
  private readonly beginnings = new Beginnings()
  private readonly recent: Recent
  private readonly resources = new Resources()
  /** Of those who wait, whether or not they are in the tree: a fiber that was forked inside waits under its own number. */
  private readonly waits = new Map<number, Wait>()

  constructor(settings: Settings, clock: Clock.Clock, outer: Observer | undefined) {
    this.settings = settings
    this.outer = outer
    this.recent = new Recent(settings.history, clock, (at) => this.beginnings.now(at))
  }

  taskBegan(id: number, parent: number, node: CancelNode): void {
    this.recent.taskBegan(id, parent, node.shortName, node.parent)
    this.beginnings.begins(id, this.recent.at)
    if (this.outer === undefined) return
    if (this.outer.taskBegan === undefined) this.outer.taskStarted(id, parent, node.name, node)
    else this.outer.taskBegan(id, parent, node)
  }

  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.began(this.named, id, parent, name, node)
    this.outer?.taskStarted(id, parent, name, node)
  }

  taskWaiting(id: number, on: string, target?: WaitTarget): void {
    if (on === "") {
      this.waits.delete(id)
      this.recent.goesOn(id)
    } else {
      const before = this.waits.get(id)
      if (before?.on !== on) this.recent.waits(id, on)
      this.waits.set(id, { on, since: before?.on === on ? before.since : this.recent.at, target })
    }
    this.outer?.taskWaiting(id, on, target)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    // Whoever waits goes on before it ends, and says so: there is no wait to be forgotten.
    this.beginnings.ends(id)
    if (this.named.count > 0) this.named.remove(id)
    this.recent.ended(id, exit._tag === "Failure")
    this.outer?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.began(this.scopes, id, parent, name, node)
    this.outer?.scopeOpened(id, parent, name, node)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    const told = this.scopes.get(id) ?? this.named.get(id)
    if (told !== undefined && !isNode(told)) told.trace ??= trace
    const { reason } = trace
    const why = reason._tag === "Requested" ? (reason.message ?? reason._tag) : reason._tag
    this.recent.cancelled(id, why)
    this.outer?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.scopes.remove(id)
    this.recent.ended(id, false)
    this.outer?.scopeClosed(id)
  }

  resourceOpened(resource: Resource): void {
    this.resources.open(resource, this.recent.now())
    this.outer?.resourceOpened?.(resource)
  }

  resourceClosed(resource: Resource): void {
    this.resources.close(resource)
    this.outer?.resourceClosed?.(resource)
  }

  private began(
    table: LiveTable,
    id: number,
    parent: number | undefined,
    name: string,
    node: CancelNode | undefined
  ): void {
    const kind = node?.kind ?? "task"
    this.recent.began(id, { kind, name, parent })
    table.put(id, parent, this.recent.at, node ?? { kind, name })
  }

  /** All that have begun and not ended: outer ones, which have smaller numbers, before inner ones. */
  private live(): ReadonlyArray<Live> {
    const live: Array<Live> = []
    const add = (id: number, parent: number | undefined, at: number, node: CancelNode | Told): void => {
      live.push({ id, parent, at, node })
    }
    this.named.each(add)
    this.scopes.each((id, parent, at, node) => {
      add(id, parent, at, node)
      if (isNode(node)) this.addTasks(live, id, node)
    })
    return live.toSorted((one, other) => one.id - other.id)
  }

  private addTasks(live: Array<Live>, parent: number, scope: CancelNode): void {
    for (let node = scope.firstChild; node !== undefined; node = node.next) {
      const id = node.kind === "task" && node.watched ? node.knownAs : undefined
      if (id === undefined || this.named.get(id) !== undefined) continue
      live.push({ id, parent, at: this.beginnings.of(id), node })
    }
  }

  snapshot(): Snapshot {
    const { clock } = this.recent
    const now = nowOn(clock)
    const nodes = this.live().map((live) => nodeInfoOf(live, this.waits.get(live.id), now))
    const resources = this.resources.infos(now)
    const { laggardAfter, pid, program } = this.settings
    const findings = findingsIn(nodes, resources, laggardAfter)
    return { at: clock.currentTimeMillisUnsafe(), pid, program, nodes, resources, findings }
  }

  timeline(after = 0): Timeline {
    const { clock } = this.recent
    return this.recent.since(after, clock.currentTimeMillisUnsafe() - nowOn(clock))
  }
}
