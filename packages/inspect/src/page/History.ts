/**
 * What the page knows of each node, live and ended: built from events, and put right by each snapshot, which also has
 * those that began before the first event that was kept. Plain data; it knows of no browser.
 *
 * A node is `live` until an event or a snapshot without it says otherwise, and is forgotten once it has ended before the
 * oldest moment that the timeline shows and nothing below it is remembered.
 */
import type { NodeInfo, NodeKind, Snapshot } from "../Snapshot.ts"
import type { Timeline, TimelineEvent } from "../Timeline.ts"

/** A stretch of time, in milliseconds since 1970; without `to` it still lasts. */
interface Stretch {
  readonly from: number
  to?: number
  readonly on: string
}

/** A node and its life so far. */
export interface Life {
  readonly id: number
  kind: NodeKind
  name: string
  parent: number | undefined
  from: number
  to: number | undefined
  failed: boolean
  cancelled: { readonly at: number; readonly because: string } | undefined
  readonly waits: Array<Stretch>
  /** As the last snapshot had it, while it lives. */
  info: NodeInfo | undefined
}

/** More waits of one node cannot be told apart in a bar; the oldest are dropped. */
const mostWaits = 200

/** A page that remembers all that a busy program starts and ends in five minutes has no time left to show it. */
export const mostEnded = 20_000

export class History {
  readonly lives: Map<number, Life> = new Map<number, Life>()
  last = 0
  /** How many events were not kept until we asked again. */
  lost = 0
  /** Of whom something happened, and it is not known who they are: a snapshot tells, if they still live. */
  readonly #unknown = new Set<number>()

  /** Takes in what happened since the last time. */
  add(timeline: Timeline): void {
    for (const event of timeline.events) this.#happened(event)
    if (this.last > 0) this.lost += timeline.lost
    this.last = timeline.last
  }

  /** Takes in how things stand. Whoever is not in it has ended. */
  see(snapshot: Snapshot): void {
    const seen = new Set<number>()
    for (const node of snapshot.nodes) {
      seen.add(node.id)
      this.#see(node, snapshot.at)
      this.#unknown.delete(node.id)
    }
    for (const id of this.#unknown) this.lives.delete(id)
    this.#unknown.clear()
    for (const life of this.lives.values()) if (life.to === undefined && !seen.has(life.id)) end(life, snapshot.at)
  }

  /**
   * Forgets who ended before `moment`, and of very many who have ended those who did so first. Outer ones stay for as long
   * as somebody below them does.
   */
  forget(moment: number): void {
    const kept = new Set<number>()
    const tooMany = this.#tooMany()
    for (const life of this.lives.values()) {
      if ((life.to !== undefined && life.to < moment) || tooMany.has(life)) continue
      for (let at: Life | undefined = life; at !== undefined && !kept.has(at.id); at = this.#parentOf(at))
        kept.add(at.id)
    }
    for (const id of this.lives.keys()) if (!kept.has(id)) this.lives.delete(id)
  }

  /** Who ended before the last `mostEnded`. */
  #tooMany(): ReadonlySet<Life> {
    const ended = [...this.lives.values()].filter(({ to }) => to !== undefined)
    if (ended.length <= mostEnded) return new Set()
    return new Set(ended.toSorted((a, b) => b.to! - a.to! || b.id - a.id).slice(mostEnded))
  }

  #parentOf(life: Life): Life | undefined {
    return life.parent === undefined ? undefined : this.lives.get(life.parent)
  }

  #life(id: number, from: number): Life {
    const known = this.lives.get(id)
    if (known !== undefined) return known
    const life: Life = {
      id,
      kind: "task",
      name: `#${id}`,
      parent: undefined,
      from,
      to: undefined,
      failed: false,
      cancelled: undefined,
      waits: [],
      info: undefined
    }
    this.lives.set(id, life)
    return life
  }

  #happened(event: TimelineEvent): void {
    if (event.what !== "started" && !this.lives.has(event.id)) this.#unknown.add(event.id)
    const life = this.#life(event.id, event.at)
    switch (event.what) {
      case "started":
        this.#unknown.delete(event.id)
        life.from = event.at
        if (event.kind !== undefined) life.kind = event.kind
        if (event.name !== undefined) life.name = event.name
        life.parent = event.parent
        return
      case "waits":
        endWait(life, event.at)
        life.waits.push({ from: event.at, on: event.on ?? "" })
        if (life.waits.length > mostWaits) life.waits.shift()
        return
      case "goesOn":
        return endWait(life, event.at)
      case "cancelled":
        life.cancelled ??= { at: event.at, because: event.on ?? "" }
        return
      case "ended":
        life.failed = event.on === "failed"
        return end(life, event.at)
    }
  }

  #see(node: NodeInfo, at: number): void {
    const life = this.#life(node.id, at - node.age)
    life.info = node
    life.kind = node.kind
    life.name = node.name
    life.parent = node.parent
    life.from = at - node.age
    if (node.cancel !== undefined) life.cancelled ??= { at: at - node.cancel.ago, because: node.cancel.because }
    if (node.waitsFor === undefined) endWait(life, at)
    else if (life.waits.at(-1)?.to !== undefined || life.waits.length === 0)
      life.waits.push({ from: at - node.waitsFor.for, on: node.waitsFor.on })
  }
}

const endWait = (life: Life, at: number): void => {
  const wait = life.waits.at(-1)
  if (wait !== undefined && wait.to === undefined) wait.to = at
}

const end = (life: Life, at: number): void => {
  endWait(life, at)
  life.to = at
  life.info = undefined
}
