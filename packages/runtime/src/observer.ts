import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { CancelNode } from "./CancelNode.ts"
import type { CancelTrace } from "./CancelReason.ts"
import { report } from "./failureHook.ts"

/**
 * Something that lives longer than the call that made it, and that can be held, filled, or left open: a channel, a lock
 * and each stay in it, permits taken, a listener on somebody else's signal.
 *
 * @category hooks
 * @since 0.1.0
 */
export interface Resource {
  /** Its number: resources are counted by themselves, not with tasks and scopes. */
  readonly id: number
  /** What it is: `"channel"`, `"semaphore"`, `"permits"`, `"mutex"`, `"limit"`, `"abort listener"` … */
  readonly kind: string
  readonly name: string
  /** The number of the task or scope in whose code it was made or taken. */
  readonly owner: number | undefined
  /** The number of the resource that it is a part of: of the semaphore whose permits it is. */
  readonly of: number | undefined
  /** How it stands right now, by words and numbers: `{ items: 3, capacity: 16, sendersWaiting: 0 }`. */
  state(): Readonly<Record<string, number | string>>
}

/**
 * What somebody waits for, as far as it has a number: a task, or a resource.
 *
 * @category hooks
 * @since 0.1.0
 */
export type WaitTarget = { readonly task: number } | { readonly resource: number }

/**
 * What a tool is told that watches a program. Scopes are cancel scopes, timeouts, shields and groups; each task, and each
 * scope, is known by the number of the fiber that it began in. `parent` is the scope or task around it.
 *
 * It is called in the very step, and must not wait. What it throws goes to the failure hook, and stops nobody.
 *
 * @category hooks
 * @since 0.1.0
 */
export interface Observer {
  /** A task's code begins. `node` tells what else there is to know of it, as long as it has not ended. */
  taskStarted(id: number, parent: number | undefined, name: string, node?: CancelNode): void
  /** In place of `taskStarted`, for who watches so many that their names would cost too much: `node.name` makes one. */
  taskBegan?(id: number, parent: number, node: CancelNode): void
  /** The task, or the scope whose body it is, waits for something of this library; with an empty text it goes on. */
  taskWaiting(id: number, on: string, target?: WaitTarget): void
  /** The task has ended, its cleanup included. */
  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void
  /** A scope was entered. */
  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void
  /** A scope, or a task, was marked as cancelled. Outer ones come first. */
  scopeCancelled(id: number, trace: CancelTrace): void
  /** The scope has ended, its cleanup included. */
  scopeClosed(id: number): void
  /** A resource was made, or taken. */
  resourceOpened?(resource: Resource): void
  /** A resource was given back, or nobody can use it any more. What is dropped to the garbage collector is never closed. */
  resourceClosed?(resource: Resource): void
}

/**
 * Who watches. It is looked up where a scope or group is entered, so provide it around the program, or around the part
 * that is to be watched. Nobody watches by default, and then it costs nothing that could be measured.
 *
 * @example Watch tasks come and go
 * ```ts
 * import { Effect } from "effect"
 * import { Runtime, TaskGroup } from "ferrule"
 *
 * const names = new Map<number, string>()
 * const ignore = (): void => {}
 * const watcher: Runtime.Observer = {
 *   taskStarted: (id, _parent, name) => {
 *     names.set(id, name)
 *     console.log("started", name)
 *   },
 *   taskWaiting: (id, on) => console.log(names.get(id) ?? "body", on === "" ? "goes on" : `waits for ${on}`),
 *   taskEnded: (id, exit) => console.log("ended", names.get(id), exit._tag),
 *   scopeOpened: ignore,
 *   scopeCancelled: ignore,
 *   scopeClosed: ignore
 * }
 * const program = TaskGroup.run("main", function* (group) {
 *   const slow = yield* group.spawn(Effect.as(Effect.sleep("10 millis"), "done"), "slow")
 *   yield* group.spawn(slow.join, "reader")
 * }).pipe(Effect.provideService(Runtime.observer, watcher))
 * await Effect.runPromise(program)
 * // => started slow
 * // => started reader
 * // => reader waits for task "slow"
 * // => ended slow Success
 * // => reader goes on
 * // => ended reader Success
 * ```
 *
 * @see failureHook for what nobody can be given
 * @category hooks
 * @since 0.1.0
 */
export const observer: Context.Reference<Observer | undefined> = Context.Reference<Observer | undefined>(
  "~ferrule/runtime/0.1/observer",
  { defaultValue: () => undefined }
)

/**
 * A task or scope that somebody watches.
 *
 * @category hooks
 * @since 0.1.0
 */
export class Watch {
  readonly id: number
  private readonly observer: Observer
  private readonly context: Context.Context<never>
  private readonly name: string

  constructor(observer: Observer, fiber: Fiber.Fiber<unknown, unknown>, name: string) {
    this.id = fiber.id
    this.observer = observer
    this.context = fiber.context
    this.name = name
  }

  /** Calls the observer. */
  tell(f: (observer: Observer, id: number) => void): void {
    try {
      f(this.observer, this.id)
    } catch (thrown) {
      this.threw(thrown, this.name)
    }
  }

  // Without a closure, or a name that nobody asks for: a program starts tasks by the hundred thousand.

  /** A task begins directly below what this watches. */
  began(task: CancelNode, id: number): void {
    try {
      if (this.observer.taskBegan === undefined) this.observer.taskStarted(id, this.id, task.name, task)
      else this.observer.taskBegan(id, this.id, task)
    } catch (thrown) {
      this.threw(thrown, task.name)
    }
  }

  /** A task directly below what this watches has ended. */
  ended(task: CancelNode, id: number, exit: Exit.Exit<unknown, unknown>): void {
    try {
      this.observer.taskEnded(id, exit)
    } catch (thrown) {
      this.threw(thrown, task.name)
    }
  }

  /** The scope has ended. */
  closed(): void {
    try {
      this.observer.scopeClosed(this.id)
    } catch (thrown) {
      this.threw(thrown, this.name)
    }
  }

  /** The watch of something that begins, inside what this watches, in `fiber`. */
  inner(fiber: Fiber.Fiber<unknown, unknown>, name: string): Watch {
    return new Watch(this.observer, fiber, name)
  }

  private threw(thrown: unknown, task: string): void {
    const entry = { task, group: "observer", cause: Cause.die(thrown), kind: "defect" } as const
    Effect.runForkWith(this.context)(report(entry))
  }
}

/**
 * A scope begins in `fiber`. It is watched from now on if somebody watches here.
 *
 * @category hooks
 * @since 0.1.0
 */
export const watchScope = (node: CancelNode, fiber: Fiber.Fiber<unknown, unknown>): void => {
  // Not `getRef`, which looks for the default of what is not there: here it is nothing.
  const watcher = Context.getOrUndefined(fiber.context, observer)
  if (watcher === undefined) return
  const watch = new Watch(watcher, fiber, node.name)
  node.observed = watch
  watch.tell((to, id) => to.scopeOpened(id, node.parent?.observed?.id, node.name, node))
}

/**
 * A task begins in `fiber`. It is watched from now on if its group is.
 *
 * @category hooks
 * @since 0.1.0
 */
export const watchTask = (node: CancelNode, fiber: Fiber.Fiber<unknown, unknown>): void => {
  const group = node.parent?.observed
  if (group === undefined) return
  node.watched = true
  group.began(node, fiber.id)
}

/**
 * A task has ended. Called before it leaves the tree.
 *
 * @category hooks
 * @since 0.1.0
 */
export const unwatchTask = (node: CancelNode, exit: Exit.Exit<unknown, unknown>): void => {
  if (node.watched && node.fiber !== undefined) node.parent?.observed?.ended(node, node.fiber.id, exit)
}
