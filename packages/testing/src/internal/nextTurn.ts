import * as Scheduler from "effect/Scheduler"

/** The platform's own, as they are now: a test may have fake ones later, which nobody moves on for us. */
const { clearImmediate, setImmediate, setTimeout } = globalThis as {
  readonly clearImmediate?: (timer: unknown) => void
  readonly setImmediate?: (f: () => void) => unknown
  readonly setTimeout: (f: () => void, millis: number) => unknown
}

/** Calls `f` on the next turn of the real event loop, with the platform's own fastest means, as Effect does. */
export const nextTurn: (f: () => void) => () => void =
  setImmediate === undefined
    ? new Scheduler.MixedScheduler().setImmediate
    : (f) => {
        const timer = setImmediate(f)
        return () => clearImmediate?.(timer)
      }

/**
 * Calls `f` about a millisecond later, if the process lives as long: for waiting with something that keeps it alive. As
 * it does not itself, it is no real work in the eyes of another run.
 */
export const nap = (f: () => void): void => {
  const timer = setTimeout(f, 1)
  if (typeof timer === "object") (timer as { unref(): void }).unref()
}
