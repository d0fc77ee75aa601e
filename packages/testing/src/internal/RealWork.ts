/**
 * What the process waits for outside virtual time, as far as Node tells: sockets, files, child processes, crypto, and
 * timers of the real clock. Elsewhere there is nothing to see.
 */
import type { Leftover } from "../Leftover.ts"
import { handleNames } from "./leaks/handleNames.ts"
import { isOfRunner, placeOf, stackFrom } from "./leaks/placeOf.ts"

/** A timer, or a handle: of libuv's, which says so until it is closed, or lets the process end. */
interface Referenced {
  hasRef(): boolean
  /** A timer's. The mark is what every version has; without it a timer counts as over. */
  readonly _destroyed?: boolean
  /** A timer's. */
  readonly _idleTimeout?: number
}

interface Begun {
  readonly resource: Referenced
  readonly type: string
  readonly from: { readonly stack?: string }
}

interface Storage {
  run<A>(store: boolean, f: () => A): A
  enterWith(store: boolean | undefined): void
  getStore(): boolean | undefined
}

interface AsyncHooks {
  readonly AsyncLocalStorage: { new (): Storage; snapshot(): <A>(f: () => A) => A }
  createHook(hooks: {
    init(id: number, type: string, trigger: number, resource: object): void
    after(id: number): void
    readonly trackPromises: boolean
  }): { enable(): void; disable(): void }
}

interface Platform {
  getActiveResourcesInfo?(): ReadonlyArray<string>
  getBuiltinModule?(name: "node:async_hooks"): AsyncHooks
  readonly stdout?: unknown
  readonly stderr?: unknown
}

const platform = (globalThis as { readonly process?: Platform }).process

/** What is asked of the thread pool and answered once: known one by one, as Node's list leaves some of it out. */
const isRequest = (type: string): boolean => type.startsWith("FSREQ") || type.endsWith("REQUEST")

// Turns of the event loop are taken by whoever runs on virtual time; timers and requests are known one by one.
const isCounted = (kind: string): boolean => kind !== "Immediate" && kind !== "Timeout" && !kind.startsWith("FSReq")

const countByKind = (): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const kind of platform?.getActiveResourcesInfo?.() ?? []) {
    if (isCounted(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

const isHandle = (resource: object): resource is Referenced => "hasRef" in resource

/**
 * Sees what is begun from its making until `stop`: of timers, handles and requests only those that come from inside,
 * for a test runner has its own. What keeps no process alive is left out.
 */
export class RealWork {
  readonly #before: Map<string, number>
  readonly #timers = new Set<Begun>()
  /** By the ids that Node gives them: what a server accepts comes from the server, and from nobody's code. */
  readonly #handles = new Map<number, Begun>()
  /** Their kinds, by their ids. */
  readonly #requests = new Map<number, string>()
  readonly #inside: Storage | undefined
  readonly #hooks: AsyncHooks | undefined
  readonly #hook: { enable(): void; disable(): void } | undefined

  constructor() {
    // They open when they are first used, and stay: a program that logs has no work in flight.
    void platform?.stdout
    void platform?.stderr
    this.#before = countByKind()
    const hooks = platform?.getBuiltinModule?.("node:async_hooks")
    this.#hooks = hooks
    if (hooks === undefined) return
    const inside = (this.#inside = new hooks.AsyncLocalStorage())
    const init = (id: number, type: string, trigger: number, resource: object): void => {
      // The commonest by far, and nothing to see in any of them.
      if (type === "Immediate" || type === "TickObject") return
      if (inside.getStore() !== true && !this.#handles.has(trigger)) return
      if (isRequest(type)) this.#requests.set(id, type)
      else if (type === "Timeout") this.#timers.add({ resource: resource as Referenced, type, from: stackFrom(init) })
      else if (isHandle(resource)) this.#handles.set(id, { resource, type, from: stackFrom(init) })
    }
    this.#hook = hooks.createHook({ init, after: (id) => void this.#requests.delete(id), trackPromises: false })
    this.#hook.enable()
  }

  /** Runs `f` inside, and with it all that comes from it. */
  within<A>(f: () => A): A {
    const [inside, hooks] = [this.#inside, this.#hooks]
    if (inside === undefined || hooks === undefined) return f()
    // Node's `run` leaves an entry behind in what surrounds it: after a thousand runs, a thousand.
    return hooks.AsyncLocalStorage.snapshot()(() => inside.run(true, f))
  }

  /** From here on the running code is inside; until `leave`, or until it gives way to other code. */
  enter(): void {
    this.#inside?.enterWith(true)
  }

  leave(): void {
    this.#inside?.enterWith(undefined)
  }

  get #armed(): ReadonlyArray<Begun> {
    for (const timer of this.#timers) if (timer.resource._destroyed !== false) this.#timers.delete(timer)
    // A runner reports while hooks of a test run, and puts off a part of it by a timer.
    return [...this.#timers].filter(({ resource, from }) => resource.hasRef() && !isOfRunner(from.stack))
  }

  /** How many timers of the real clock are armed that were not before. */
  get timers(): number {
    return this.#armed.length
  }

  /** The same, one by one. */
  get leftTimers(): ReadonlyArray<Leftover> {
    return this.#armed.map(({ resource, from }) => ({
      kind: "timers",
      count: 1,
      what: `a timer of ${resource._idleTimeout ?? 0} ms on the real clock`,
      path: [],
      place: placeOf(from.stack)
    }))
  }

  /** What is open in the eyes of the operating system, and was not before. */
  get leftHandles(): ReadonlyArray<Leftover> {
    const open = [...this.#handles.values()].filter(({ resource }) => resource.hasRef())
    return open.map(({ type, from }) => ({
      kind: "handles",
      count: 1,
      what: `${handleNames[type] ?? "a handle"} (${type})`,
      path: [],
      place: placeOf(from.stack)
    }))
  }

  /** The kinds of work in flight that was not before, as Node names them. */
  get kinds(): ReadonlyArray<string> {
    const counted = [...countByKind()].filter(([kind, n]) => n > (this.#before.get(kind) ?? 0)).map(([kind]) => kind)
    const kinds = new Set([...counted, ...this.#requests.values()])
    if (this.timers > 0) kinds.add("Timeout")
    return [...kinds]
  }

  stop(): void {
    this.#hook?.disable()
    this.#timers.clear()
    this.#handles.clear()
    this.#requests.clear()
  }
}
