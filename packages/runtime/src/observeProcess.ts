import type { Observer } from "./observer.ts"

/** Several observers as one. Each is told, whatever another one throws. */
class Together implements Required<Observer> {
  private readonly all: ReadonlyArray<Observer>

  constructor(all: ReadonlyArray<Observer>) {
    this.all = all
  }

  taskStarted: Observer["taskStarted"] = (...args) => this.each((one) => one.taskStarted(...args))
  taskBegan: Required<Observer>["taskBegan"] = (id, parent, node) =>
    this.each((one) => {
      if (one.taskBegan === undefined) one.taskStarted(id, parent, node.name, node)
      else one.taskBegan(id, parent, node)
    })
  taskWaiting: Observer["taskWaiting"] = (...args) => this.each((one) => one.taskWaiting(...args))
  taskEnded: Observer["taskEnded"] = (...args) => this.each((one) => one.taskEnded(...args))
  scopeOpened: Observer["scopeOpened"] = (...args) => this.each((one) => one.scopeOpened(...args))
  scopeCancelled: Observer["scopeCancelled"] = (...args) => this.each((one) => one.scopeCancelled(...args))
  scopeClosed: Observer["scopeClosed"] = (...args) => this.each((one) => one.scopeClosed(...args))
  resourceOpened: Required<Observer>["resourceOpened"] = (...args) => this.each((one) => one.resourceOpened?.(...args))
  resourceClosed: Required<Observer>["resourceClosed"] = (...args) => this.each((one) => one.resourceClosed?.(...args))

  private each(tell: (one: Observer) => void): void {
    const thrown: Array<unknown> = []
    for (const one of this.all) {
      try {
        tell(one)
      } catch (error) {
        thrown.push(error)
      }
    }
    if (thrown.length === 1) throw thrown[0]
    if (thrown.length > 1) throw new AggregateError(thrown, "several observers have thrown")
  }
}

/** An observer may be registered twice: each entry is ended by itself. */
interface Entry {
  readonly observer: Observer
}

let entries: ReadonlyArray<Entry> = []
/** All of them as one. On the module, and in no context: it is for programs that one does not run oneself. */
let current: Observer | undefined

const register = (registered: ReadonlyArray<Entry>): void => {
  entries = registered
  const observers = registered.map(({ observer }) => observer)
  current = observers.length > 1 ? new Together(observers) : observers[0]
}

/** Who watches where the context names nobody. */
export const processObserver = (): Observer | undefined => current

/**
 * Watches all scopes, groups and resources of the process, as far as they begin from now on in a context that has no
 * `observer` of its own: for tools that watch programs which they do not run themselves. Several may watch at once; each
 * is told of everything.
 *
 * - **Gives**, at once, the function that ends it. Of what began before that the observer is told to its end.
 *
 * Where two copies of `@ferrule/runtime` are installed, it watches what was built with its own.
 *
 * @example Who is at work in a library that does not say so
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Runtime } from "ferrule"
 *
 * const ignore = (): void => {}
 * const stop = Runtime.observeProcess({
 *   taskStarted: ignore,
 *   taskWaiting: ignore,
 *   taskEnded: ignore,
 *   scopeOpened: (_id, _parent, name) => console.log("opened", name),
 *   scopeCancelled: ignore,
 *   scopeClosed: ignore
 * })
 * const program = CancelScope.run("search", () => Effect.void)
 * await Effect.runPromise(program) // => opened search
 * stop()
 * await Effect.runPromise(program)
 * ```
 *
 * @see observer to watch a part of a program
 * @category hooks
 * @since 0.1.0
 */
export const observeProcess = (observer: Observer): (() => void) => {
  const own: Entry = { observer }
  register([...entries, own])
  return () => register(entries.filter((entry) => entry !== own))
}
