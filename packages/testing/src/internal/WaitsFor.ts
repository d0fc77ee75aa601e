/**
 * Who waits for what, and who holds it, as far as it is of this library.
 *
 * Tasks, scopes and other fibers are known by the numbers that an observer is told. One waits for at most one thing. What
 * one depends on is whoever can end that wait: the task that it joins, whoever holds the lock, the tasks of a group. One
 * that waits for nothing that is known depends on the scopes that were opened in it: its fiber waits for their end.
 */
import type { CancelNode, CancelTrace, Observer, Resource, WaitTarget } from "@ferrule/runtime"
import type * as Exit from "effect/Exit"
import type { FiberInfo } from "../FiberInfo.ts"
import type { WaitsInCircle } from "../WaitsInCircle.ts"
import { circleIn } from "./circleIn.ts"

interface Known {
  /** Whatever has its name: that of a task is made when somebody asks for it. */
  readonly named: { readonly name: string }
  readonly parent: number | undefined
  readonly isTask: boolean
}

interface Wait {
  readonly on: string
  readonly target: WaitTarget | undefined
}

/** What somebody has taken of a resource. */
const held: ReadonlySet<string> = new Set(["permits", "stay", "channel permit"])

/** Watches who waits for what, and passes on what it is told. */
export class WaitsFor implements Observer {
  readonly #next: Observer | undefined
  readonly #known = new Map<number, Known>()
  readonly #waits = new Map<number, Wait>()
  /** What is held, by the number of the resource that it is a part of. */
  readonly #held = new Map<number, Set<Resource>>()

  constructor(next: Observer | undefined) {
    this.#next = next
  }

  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#known.set(id, { named: { name }, parent, isTask: true })
    this.#next?.taskStarted(id, parent, name, node)
  }

  taskBegan(id: number, parent: number, node: CancelNode): void {
    this.#known.set(id, { named: node, parent, isTask: true })
    if (this.#next === undefined) return
    if (this.#next.taskBegan === undefined) this.#next.taskStarted(id, parent, node.name, node)
    else this.#next.taskBegan(id, parent, node)
  }

  taskWaiting(id: number, on: string, target?: WaitTarget): void {
    if (on === "") this.#waits.delete(id)
    else this.#waits.set(id, { on, target })
    this.#next?.taskWaiting(id, on, target)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    this.#forget(id)
    this.#next?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#known.set(id, { named: { name }, parent, isTask: false })
    this.#next?.scopeOpened(id, parent, name, node)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    this.#next?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.#forget(id)
    this.#next?.scopeClosed(id)
  }

  resourceOpened(resource: Resource): void {
    if (resource.of !== undefined && held.has(resource.kind)) {
      const parts = this.#held.get(resource.of)
      if (parts === undefined) this.#held.set(resource.of, new Set([resource]))
      else parts.add(resource)
    }
    this.#next?.resourceOpened?.(resource)
  }

  resourceClosed(resource: Resource): void {
    const parts = resource.of === undefined ? undefined : this.#held.get(resource.of)
    parts?.delete(resource)
    if (parts?.size === 0) this.#held.delete(resource.of!)
    this.#next?.resourceClosed?.(resource)
  }

  #forget(id: number): void {
    this.#known.delete(id)
    this.#waits.delete(id)
  }

  /** With what each waits for. */
  told(fibers: ReadonlyArray<FiberInfo>): ReadonlyArray<FiberInfo> {
    return fibers.map((info) => {
      const on = this.#waits.get(info.id)?.on
      return on === undefined ? info : { ...info, on }
    })
  }

  /** Those who wait in a circle, each for the next or for what the next holds, the last for the first; empty if none do. */
  cycle(fibers: ReadonlyArray<FiberInfo>): ReadonlyArray<WaitsInCircle> {
    const byId = new Map(fibers.map((info) => [info.id, info]))
    // One whose fiber waits for a scope in it is shown with what is waited for in there.
    const waiting = circleIn(this.#waits.keys(), this.#dependencies()).filter((id) => this.#waits.has(id))
    return waiting.map((id) => {
      const { on, target } = this.#waits.get(id)!
      const shown = this.#shown(id)
      const path = byId.get(shown)?.path ?? this.#pathOf(shown)
      const called = this.#known.has(shown) ? JSON.stringify(path.at(-1)) : `fiber ${shown}`
      const isHeld = target !== undefined && "resource" in target
      return { id: shown, path, frames: byId.get(id)?.frames ?? [], called, on, isHeld }
    })
  }

  /** What gives those on whom one depends. */
  #dependencies(): (id: number) => ReadonlyArray<number> {
    const below = { tasks: new Map<number, Array<number>>(), scopes: new Map<number, Array<number>>() }
    for (const [id, { isTask, parent }] of this.#known) {
      const siblings = isTask ? below.tasks : below.scopes
      if (parent !== undefined)
        siblings
          .set(parent, siblings.get(parent) ?? [])
          .get(parent)!
          .push(id)
    }
    return (id) => {
      const wait = this.#waits.get(id)
      if (wait === undefined) return below.scopes.get(id) ?? []
      const { target } = wait
      if (target === undefined) return []
      if ("task" in target) return [target.task]
      if ("tasksOf" in target) return below.tasks.get(target.tasksOf) ?? []
      return [...(this.#held.get(target.resource) ?? [])].map((part) => this.#holder(part))
    }
  }

  /** A fiber that waits for nothing that is known may be waited for by the code that it was forked in. */
  #holder({ fiber, owner }: Resource): number {
    return owner === undefined || this.#waits.has(fiber) ? fiber : owner
  }

  /** The task around a scope; the outermost scope, if there is none. */
  #shown(id: number): number {
    let at = id
    for (let known = this.#known.get(at); known?.isTask === false; known = this.#known.get(at)) {
      if (known.parent === undefined) break
      at = known.parent
    }
    return at
  }

  #pathOf(id: number): ReadonlyArray<string> {
    const path: Array<string> = []
    for (let at: number | undefined = id; at !== undefined;) {
      const known: Known | undefined = this.#known.get(at)
      if (known !== undefined) path.push(known.named.name)
      at = known?.parent
    }
    return path.toReversed()
  }
}
