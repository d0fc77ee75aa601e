import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { CancelNode } from "./CancelNode.ts"
import type { CancelTrace } from "./CancelReason.ts"
import { currentNode } from "./currentNode.ts"
import { report } from "./failureHook.ts"
import { processObserver } from "./observeProcess.ts"

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
  /**
   * What it is: `channel`, `oneshot`, `ticker`, `broadcast`, `watch`, and their `subscription`s; `semaphore`, `mutex`,
   * `condition`, `event`, `barrier`; `limit`, `rate limit`, `keyed limit`; `abort listener`. What somebody has taken of
   * one of them: `permits` of a semaphore or limit, a `stay` in a mutex, a `channel permit`.
   */
  readonly kind: string
  /** `unnamed` if it was given none. */
  readonly name: string
  /** The number of the task or scope in whose code it was made or taken; nothing outside all of them. */
  readonly owner: number | undefined
  /** The number by which the fiber that did so waits: the owner's, or its own if it was forked inside. */
  readonly fiber: number
  /** The number of the resource that it is a part of: of the semaphore whose permits it is. */
  readonly of: number | undefined
  /** How it stands right now, by words and numbers: `{ items: 3, capacity: 16, sendersWaiting: 0 }`. */
  state(): Readonly<Record<string, number | string>>
}

/**
 * What somebody waits for, as far as it has a number: the end of a task or scope, a resource, or tasks of a group: all
 * of them, if the group itself waits, or for one to make room.
 *
 * @category hooks
 * @since 0.1.0
 */
export type WaitTarget = { readonly task: number } | { readonly resource: number } | { readonly tasksOf: number }

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
  /**
   * The task, or the scope whose body it is, waits for something of this library; with an empty text it goes on. A fiber
   * that was forked inside waits under its own number. Told again when more is known: of a task that begins meanwhile,
   * its number.
   */
  taskWaiting(id: number, on: string, target?: WaitTarget): void
  /** The task has ended, its cleanup included. */
  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void
  /** A scope was entered. */
  scopeOpened(id: number, parent: number | undefined, name: string, node?: CancelNode): void
  /** A scope, or a task, was marked as cancelled. Outer ones come first. */
  scopeCancelled(id: number, trace: CancelTrace): void
  /** The scope has ended, its cleanup included. */
  scopeClosed(id: number): void
  /** A resource was made, or taken. What was taken is told of if it is a part of something that was made while watched. */
  resourceOpened?(resource: Resource): void
  /**
   * A resource was given back, or nobody can use it any more: a channel that can neither give nor take an item. What has
   * no end, a semaphore say, is dropped to the garbage collector and never closed: whoever watches for long keeps a
   * `WeakRef` of it.
   */
  resourceClosed?(resource: Resource): void
}

/**
 * Who watches. It is looked up where a scope or group is entered, and where a channel or lock is made, so provide it
 * around the program, or around the part that is to be watched. Nobody watches by default, and then it costs nothing
 * that could be measured.
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
 * // => body waits for its tasks
 * // => started slow
 * // => started reader
 * // => reader waits for task "slow"
 * // => ended slow Success
 * // => reader goes on
 * // => ended reader Success
 * // => body goes on
 * ```
 *
 * @see observeProcess to watch programs that one does not run oneself
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
 * Who watches what begins in a context: its own observer, else those of the process.
 *
 * @category hooks
 * @since 0.1.0
 */
export const observerIn = (context: Context.Context<never>): Observer | undefined =>
  // Not `get`, which looks for the default of what is not there: here it is nothing.
  Context.getOrUndefined(context, observer) ?? processObserver()

/** The watch under which what the fiber's code makes is told of. */
export const watchAt = (fiber: Fiber.Fiber<unknown, unknown>): Watch | undefined => {
  const watch = currentNode(fiber)?.observed
  if (watch !== undefined) return watch
  const watcher = observerIn(fiber.context)
  return watcher === undefined ? undefined : new Watch(watcher, fiber, `fiber ${fiber.id}`)
}

/** By which number it is known that the fiber waits, or holds something. */
export const numberOf = (fiber: Fiber.Fiber<unknown, unknown>, node: CancelNode | undefined): number =>
  // What a task or a body acquired is released in another fiber than the one it began in.
  (node?.fiber === fiber ? node.knownAs : undefined) ?? fiber.id

/**
 * A scope begins in `fiber`. It is watched from now on if somebody watches here.
 *
 * @category hooks
 * @since 0.1.0
 */
export const watchScope = (node: CancelNode, fiber: Fiber.Fiber<unknown, unknown>): void => {
  const watcher = observerIn(fiber.context)
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
  if (!node.watched) return
  const { knownAs } = node
  if (knownAs !== undefined) node.parent?.observed?.ended(node, knownAs, exit)
}
