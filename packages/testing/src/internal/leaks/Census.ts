import type { CancelTrace, Observer, Resource, WaitTarget } from "@ferrule/runtime"
import type * as Exit from "effect/Exit"
import type { Leftover } from "../../Leftover.ts"
import { leftOf } from "./leftOf.ts"
import { placeOf, stackFrom } from "./placeOf.ts"

interface Named {
  readonly name: string
  readonly parent: number | undefined
}

interface Held {
  readonly resource: Resource
  readonly path: ReadonlyArray<string>
  readonly from: { readonly stack?: string }
}

/** Counts what is opened and not closed: resources, tasks and scopes. It passes on to `next` what it is told. */
export class Census implements Observer {
  readonly #next: Observer | undefined
  readonly #open = new Map<number, Named>()
  readonly #held = new Map<number, Held>()

  constructor(next: Observer | undefined) {
    this.#next = next
  }

  taskStarted(id: number, parent: number | undefined, name: string): void {
    this.#open.set(id, { name, parent })
    this.#next?.taskStarted(id, parent, name)
  }

  taskWaiting(id: number, on: string, target?: WaitTarget): void {
    this.#next?.taskWaiting(id, on, target)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    this.#open.delete(id)
    this.#next?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string): void {
    this.#open.set(id, { name, parent })
    this.#next?.scopeOpened(id, parent, name)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    this.#next?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.#open.delete(id)
    this.#next?.scopeClosed(id)
  }

  // An arrow, so that the stack begins above it.
  readonly resourceOpened = (resource: Resource): void => {
    this.#held.set(resource.id, {
      resource,
      path: this.#pathOf(resource.owner),
      from: stackFrom(this.resourceOpened)
    })
    this.#next?.resourceOpened?.(resource)
  }

  resourceClosed(resource: Resource): void {
    this.#held.delete(resource.id)
    this.#next?.resourceClosed?.(resource)
  }

  #pathOf(owner: number | undefined): ReadonlyArray<string> {
    const path: Array<string> = []
    for (let at = owner; at !== undefined; at = this.#open.get(at)?.parent) {
      const name = this.#open.get(at)?.name
      if (name !== undefined) path.unshift(name)
    }
    return path
  }

  /** The tasks and scopes that have not ended. */
  get openTasks(): ReadonlyArray<Leftover> {
    return [...this.#open].map(([id, { name }]) => ({
      kind: "fibers",
      count: 1,
      what: `${JSON.stringify(name)} has not ended`,
      path: this.#pathOf(id)
    }))
  }

  /** What is held, or lies there, or waits, of resources that were not closed. */
  get held(): ReadonlyArray<Leftover> {
    return [...this.#held.values()].flatMap(({ from, path, resource }) =>
      leftOf(resource).map((left) => ({ ...left, path, place: placeOf(from.stack) }))
    )
  }
}
