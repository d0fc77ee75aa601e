/**
 * What a run begins that goes on outside of its scheduler and its clock, as far as Node tells: promises, timers and
 * turns of the event loop, files, sockets. Elsewhere there is nothing to see.
 */

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

const escapes = (type: string): boolean =>
  !harmless.has(type) && /^(PROMISE|Microtask|Timeout|Immediate)$|^FSREQ|REQUEST$|WRAP$/.test(type)

/** The kinds of work that `f` begins while it runs, which all comes to an end later than it. */
export const escapesOf = (f: () => void): ReadonlyArray<string> => {
  const hooks = platform?.getBuiltinModule?.("node:async_hooks")
  const kinds = new Set<string>()
  // They open when they are first used.
  void platform?.stdout
  void platform?.stderr
  const hook = hooks?.createHook({
    init: (_id, type) => {
      if (escapes(type)) kinds.add(names[type] ?? type)
    },
    trackPromises: true
  })
  hook?.enable()
  try {
    f()
  } finally {
    hook?.disable()
  }
  return [...kinds].toSorted()
}
