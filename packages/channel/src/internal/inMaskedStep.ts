import { tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * An operation that acts, and what it gives runs masked. The mask begins in the very step in which it acts: to enter it
 * before would let a cancel come between that nobody sees, and to enter it after, one that cuts off the rest.
 */
export const inMaskedStep = <A, E>(act: () => Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const step: Effect.Effect<A, E> = Effect.uninterruptibleMask((restore) =>
    // Where its scope was cancelled a moment ago it stops here, unless this is cleanup.
    tellFirst(Fiber.getCurrent()!) ? restore(step) : act()
  )
  return step
}
