/**
 * The loop of `receiver.forEach`. What is there is taken in the step in which `f` is called with it, without a look
 * before; where nothing is there it waits as any receive does.
 */
import { type Body, type BodyE, type BodyR, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { nothing } from "./channelState.ts"
import type { Reader, Reads } from "./reading.ts"
import { startBody } from "./startBody.ts"

/** Runs `f` for each item, to the end. `reads` gives `nothing` there. */
export const eachItem = <A, E, B extends Body>(
  reader: Reader<A, E>,
  reads: Reads<A, E, A | typeof nothing, never>,
  f: (item: A) => B
): Effect.Effect<void, E | BodyE<B>, BodyR<B>> => {
  const { state } = reader.pipe
  return Effect.withFiber((fiber: Fiber.Fiber<unknown, unknown>) => {
    let ended = false
    const given = (item: A | typeof nothing): Effect.Effect<unknown, BodyE<B>, BodyR<B>> => {
      if (item !== nothing) return startBody(f, item)
      ended = true
      return Effect.void
    }
    return Effect.whileLoop({
      while: () => !ended,
      body: (): Effect.Effect<unknown, E | BodyE<B>, BodyR<B>> => {
        // Told only now: an interruptible fiber stops at its next operation.
        if (tellFirst(fiber)) return Effect.void
        if (!reader.cancelled && state.canTake()) return startBody(f, state.take())
        return Effect.flatMap(reader.cancelled || state.ended ? reads.look : reads.wait, given)
      },
      step: () => {}
    })
  })
}
