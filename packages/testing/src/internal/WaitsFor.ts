import type { CancelNode, CancelTrace, Observer } from "@ferrule/runtime"
import type * as Exit from "effect/Exit"
import type { FiberInfo } from "../FiberInfo.ts"

interface Known {
  readonly name: string
  readonly parent: number | undefined
}

const taskName = /^task "(.*)"$/s

/** Watches who waits for what, as far as they wait for something of this library, and passes on what it is told. */
export class WaitsFor implements Observer {
  readonly #next: Observer | undefined
  readonly #tasks = new Map<number, Known>()
  readonly #waits = new Map<number, string>()

  constructor(next: Observer | undefined) {
    this.#next = next
  }

  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#tasks.set(id, { name, parent })
    this.#next?.taskStarted(id, parent, name, node)
  }

  taskWaiting(id: number, on: string): void {
    if (on === "") this.#waits.delete(id)
    else this.#waits.set(id, on)
    this.#next?.taskWaiting(id, on)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    this.#tasks.delete(id)
    this.#waits.delete(id)
    this.#next?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#next?.scopeOpened(id, parent, name, node)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    this.#next?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.#next?.scopeClosed(id)
  }

  /** With what each waits for. */
  told(fibers: ReadonlyArray<FiberInfo>): ReadonlyArray<FiberInfo> {
    return fibers.map((info) => {
      const on = this.#waits.get(info.id)
      return on === undefined ? info : { ...info, on }
    })
  }

  /** Tasks each of which waits for the next, and the last for the first; empty if none are known. */
  cycle(fibers: ReadonlyArray<FiberInfo>): ReadonlyArray<FiberInfo> {
    const byId = new Map(fibers.map((info) => [info.id, info]))
    const isOver = new Set<number>()
    for (const { id } of fibers) {
      const way: Array<number> = []
      for (let at: number | undefined = id; at !== undefined && !isOver.has(at); at = this.#awaited(at)) {
        isOver.add(at)
        way.push(at)
      }
      const back = way.length === 0 ? undefined : this.#awaited(way.at(-1)!)
      const from = back === undefined ? -1 : way.indexOf(back)
      if (from >= 0) return way.slice(from).flatMap((each) => byId.get(each) ?? [])
    }
    return []
  }

  /** The task that one waits for, if its name says which: one of the same group first, else the only one. */
  #awaited(id: number): number | undefined {
    const name = taskName.exec(this.#waits.get(id) ?? "")?.[1]
    if (name === undefined) return undefined
    const named = [...this.#tasks].filter(([, task]) => task.name === name)
    const near = named.filter(([, task]) => task.parent === this.#tasks.get(id)?.parent)
    const found = near.length > 0 ? near : named
    return found.length === 1 ? found[0]![0] : undefined
  }
}
