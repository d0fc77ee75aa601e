import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scheduler from "effect/Scheduler"

/** Receives between two turns of the event loop: as many as the wake queue wakes. Promises alone would let no timer fire. */
const perTurn = 64

/** Iterates, outside of Effect, over what `receive` gives. */
export const iteratorOf = <A, E>(
  receive: Effect.Effect<Option.Option<A>, E>,
  scheduler: Scheduler.Scheduler
): AsyncIterator<A, void> => {
  const waiting = new Set<Fiber.Fiber<Option.Option<A>, E>>()
  const done: IteratorResult<A, void> = { done: true, value: undefined }
  let returned = false
  let calls = 0
  /** Who has called while one gives way gives way, too: the items come in the order of the calls. */
  let givingWay = 0
  const afterTurn = Effect.andThen(
    Effect.yieldNow,
    Effect.suspend(() => {
      givingWay--
      return receive
    })
  )
  const nextReceive = (): Effect.Effect<Option.Option<A>, E> => {
    if (givingWay === 0 && ++calls % perTurn > 0) return receive
    givingWay++
    return afterTurn
  }
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (returned) return resolve(done)
        const fiber = Effect.runFork(nextReceive(), { scheduler })
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
