import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scheduler from "effect/Scheduler"

/** Iterates, outside of Effect, over what `receive` gives. */
export const iteratorOf = <A, E>(
  receive: Effect.Effect<Option.Option<A>, E>,
  scheduler: Scheduler.Scheduler
): AsyncIterator<A, void> => {
  const waiting = new Set<Fiber.Fiber<Option.Option<A>, E>>()
  const done: IteratorResult<A, void> = { done: true, value: undefined }
  let returned = false
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (returned) return resolve(done)
        const fiber = Effect.runFork(receive, { scheduler })
        waiting.add(fiber)
        fiber.addObserver((exit) => {
          waiting.delete(fiber)
          if (Exit.isSuccess(exit)) resolve(Option.isSome(exit.value) ? { done: false, value: exit.value.value } : done)
          else if (Exit.hasInterrupts(exit)) resolve(done)
          else reject(Cause.squash(exit.cause) as Error)
        })
      }),
    // The handle stays open: other workers may share it. What a `next` waits for is left to them.
    return: async () => {
      returned = true
      for (const fiber of waiting) fiber.interruptUnsafe()
      return done
    }
  }
}
