import {
  type CancelNode,
  type CancelTrace,
  currentNode,
  type Observer,
  pathOf,
  type Resource,
  type WaitTarget
} from "@ferrule/runtime"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

type AnyFiber = Fiber.Fiber<unknown, unknown>

/** Who is who in a trace: which fibers are tasks and bodies, and what each waits for; passes on what it is told. */
export class Cast implements Observer {
  readonly #next: Observer | undefined
  readonly #tasks = new Set<number>()
  readonly #bodies = new Set<number>()
  readonly #waits = new Map<number, string>()
  readonly #names = new Map<AnyFiber, string>()
  readonly #taken = new Set<string>()

  constructor(next: Observer | undefined) {
    this.#next = next
  }

  /** What it waits for, where that is of this library. */
  waitOf(fiber: AnyFiber): string | undefined {
    return this.#waits.get(fiber.id)
  }

  /** Asked when it has done something: before that a fiber is not known as what it is. */
  nameOf(fiber: AnyFiber): string {
    let name = this.#names.get(fiber)
    if (name === undefined) {
      const count = this.#names.size + 1
      const role = count === 1 ? "main" : this.#roleOf(fiber)
      name = role === undefined || this.#taken.has(role) ? `fiber ${count}${inside(role, fiber)}` : role
      this.#names.set(fiber, name)
      this.#taken.add(name)
    }
    return name
  }

  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#tasks.add(id)
    this.#next?.taskStarted(id, parent, name, node)
  }

  taskWaiting(id: number, on: string, target?: WaitTarget): void {
    if (on === "") this.#waits.delete(id)
    else this.#waits.set(id, on)
    this.#next?.taskWaiting(id, on, target)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    this.#next?.taskEnded(id, exit)
  }

  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void {
    this.#bodies.add(id)
    this.#next?.scopeOpened(id, parent, name, node)
  }

  scopeCancelled(id: number, trace: CancelTrace): void {
    this.#next?.scopeCancelled(id, trace)
  }

  scopeClosed(id: number): void {
    this.#next?.scopeClosed(id)
  }

  resourceOpened(resource: Resource): void {
    this.#next?.resourceOpened?.(resource)
  }

  resourceClosed(resource: Resource): void {
    this.#next?.resourceClosed?.(resource)
  }

  #roleOf(fiber: AnyFiber): string | undefined {
    const path = namesOf(fiber)
    const last = path.at(-1)
    if (last === undefined) return undefined
    if (this.#tasks.has(fiber.id)) return `task "${last}" of ${path.slice(0, -1).join(" › ")}`
    return this.#bodies.has(fiber.id) ? `body of ${path.join(" › ")}` : undefined
  }
}

const namesOf = (fiber: AnyFiber): ReadonlyArray<string> => {
  const node = currentNode(fiber)
  return node === undefined ? [] : pathOf(node)
}

/** `, another task "a" of jobs`, ` in jobs`, or nothing. */
const inside = (role: string | undefined, fiber: AnyFiber): string => {
  if (role !== undefined) return `, another ${role}`
  const path = namesOf(fiber)
  return path.length === 0 ? "" : ` in ${path.join(" › ")}`
}
