import * as Scheduler from "effect/Scheduler"

/** Calls `f` on the next turn of the real event loop, with the platform's own fastest means, as Effect does. */
export const nextTurn: (f: () => void) => () => void = new Scheduler.MixedScheduler().setImmediate

/**
 * Calls `f` about a millisecond later, if the process lives as long: for waiting with something that keeps it alive. As
 * it does not itself, it is no real work in the eyes of another run.
 */
export const nap = (f: () => void): void => {
  const timer: unknown = setTimeout(f, 1)
  if (typeof timer === "object") (timer as { unref(): void }).unref()
}
