/**
 * What a run begins that goes on outside of its scheduler and its clock, as far as Node tells: promises, timers and
 * turns of the event loop, files, sockets. Elsewhere there is nothing to see.
 */

import { isOfRunner, stackFrom } from "../leaks/placeOf.ts"

interface AsyncHooks {
  createHook(hooks: { init(id: number, type: string): void; readonly trackPromises: boolean }): {
    enable(): void
    disable(): void
  }
}

interface Platform {
  getBuiltinModule?(name: "node:async_hooks"): AsyncHooks
  readonly stdout?: unknown
  readonly stderr?: unknown
}

const platform = (globalThis as { readonly process?: Platform }).process

const names: Readonly<Record<string, string>> = { PROMISE: "promise", Microtask: "microtask" }

/** What a program that logs begins, and Effect's own mark on a fiber that waits. */
const harmless = new Set(["TickObject", "WriteWrap", "TTYWRAP", "PIPEWRAP", "SIGNALWRAP", "effect/Fiber"])

/** What the console of a test runner puts off what was logged by. */
const ofConsole = new Set(["Microtask", "Timeout", "Immediate"])

const escapes = (type: string): boolean =>
  !harmless.has(type) && /^(PROMISE|Microtask|Timeout|Immediate)$|^FSREQ|REQUEST$|WRAP$/.test(type)

/** Watches a run, or many of them one after the other; each comes to an end before anything that it began goes on. */
export class Escapes {
  readonly #kinds = new Set<string>()
  readonly #hook: { enable(): void; disable(): void } | undefined

  constructor() {
    // They open when they are first used.
    void platform?.stdout
    void platform?.stderr
    const init = (_id: number, type: string): void => {
      if (!escapes(type) || (ofConsole.has(type) && isOfRunner(stackFrom(init).stack))) return
      this.#kinds.add(names[type] ?? type)
    }
    this.#hook = platform?.getBuiltinModule?.("node:async_hooks").createHook({ init, trackPromises: true })
  }

  /** Watches while `f` runs, which must not wait. */
  within<A>(f: () => A): A {
    this.#hook?.enable()
    try {
      return f()
    } finally {
      this.#hook?.disable()
    }
  }

  /** The kinds of work that was begun since this was last asked. */
  take(): ReadonlyArray<string> {
    if (this.#kinds.size === 0) return none
    const kinds = [...this.#kinds].toSorted()
    this.#kinds.clear()
    return kinds
  }
}

const none: ReadonlyArray<string> = []
