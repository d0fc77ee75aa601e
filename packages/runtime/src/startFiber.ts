import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { Starting, WakeQueue } from "./WakeQueue.ts"

/**
 * What a fiber is started for. It is told how the fiber has ended, once, on the stack on which it ends.
 *
 * @category building
 * @since 0.1.0
 */
export interface Started<A, E, R = never> {
  fiber: Fiber.Fiber<unknown, unknown> | undefined
  /** `context` is what the fiber was started with. */
  end(exit: Exit.Exit<A, E>, context: Context.Context<R>): void
}

const cleanup = { uninterruptible: true }

/**
 * Starts a fiber on the present stack; ask `queue.shallow` first. `main` has to name its fiber to `started` as its
 * first act: before it gives way nobody else can. `masked` is for cleanup: no cancel cuts it short.
 *
 * @category building
 * @since 0.1.0
 */
export const startFiber = <A, E, R>(
  queue: WakeQueue,
  context: Context.Context<R>,
  main: Effect.Effect<A, E, R>,
  started: Started<A, E, R>,
  masked: boolean
): void => {
  queue.enterNested()
  try {
    const fiber = fork(queue, context, main, masked ? cleanup : undefined)
    const exit = fiber.pollUnsafe()
    // Most tasks that never wait end here, and cost no observer.
    if (exit !== undefined) return started.end(exit, context)
    // A scheduler may have given way before the first operation, which would have said so.
    started.fiber = fiber
    queue.started(fiber)
    observe(fiber, started, context)
  } finally {
    queue.leaveNested()
  }
}

/** Starts a fiber on the present stack, in the asynchronous context that is wanted for it. */
export const fork = <A, E, R>(
  queue: WakeQueue,
  context: Context.Context<R>,
  main: Effect.Effect<A, E, R>,
  how: Effect.RunOptions | undefined
): Fiber.Fiber<A, E> =>
  queue.starting === undefined ? Effect.runForkWith(context)(main, how) : startKnown(queue.starting, context, main, how)

// Functions of their own: what a closure here would keep, it keeps for as long as the fiber lives.
const startKnown = <A, E, R>(
  starting: Starting,
  context: Context.Context<R>,
  main: Effect.Effect<A, E, R>,
  how: Effect.RunOptions | undefined
): Fiber.Fiber<A, E> => starting(context, () => Effect.runForkWith(context)(main, how))

const observe = <A, E, R>(fiber: Fiber.Fiber<A, E>, started: Started<A, E, R>, context: Context.Context<R>): void => {
  // What an ended fiber was observed for is let go of: V8 may have made the list of observers old, which keeps for long
  // after the end what the observer holds.
  let observed: Started<A, E, R> | undefined = started
  let within: Context.Context<R> | undefined = context
  fiber.addObserver((exit) => {
    const ended = observed!
    const initial = within!
    observed = undefined
    within = undefined
    ended.end(exit, initial)
  })
}
