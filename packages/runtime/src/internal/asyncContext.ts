/** What Node has of asynchronous contexts and floating rejections. Looked up, not imported: browsers have no such module. */

/** A value that code carries along through promises, timers and fibers. */
export interface Carrier<A> {
  getStore(): A | undefined
  run<B>(value: A, f: () => B): B
  enterWith(value: A): void
}

type OnRejection = (reason: unknown, promise: object) => void

/** What is needed of Node's process. */
export interface NodeProcess {
  getBuiltinModule(name: "node:async_hooks"): { readonly AsyncLocalStorage: new <A>() => Carrier<A> }
  on(event: "unhandledRejection", listener: OnRejection): unknown
  off(event: "unhandledRejection", listener: OnRejection): unknown
  listeners(event: "unhandledRejection"): ReadonlyArray<object>
}

/** The process, where there is one like Node's. */
export const nodeProcess = (): NodeProcess | undefined => {
  const { process } = globalThis as { process?: Partial<NodeProcess> }
  // Sound: what has Node's built-in modules has its process.
  return typeof process?.getBuiltinModule === "function" ? (process as NodeProcess) : undefined
}
