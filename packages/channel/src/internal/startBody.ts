import { type Body, type BodyA, type BodyE, type BodyR, stepsOf } from "@ferrule/runtime"
import * as Effect from "effect/Effect"

/**
 * Calls `body` now, and runs a generator up to its first wait now: what is handed to it has arrived. To be called where
 * a throw is a defect.
 */
export const startBody = <I, B extends Body>(
  body: (input: I) => B,
  input: I
): Effect.Effect<BodyA<B>, BodyE<B>, BodyR<B>> => {
  const made: Body = body(input)
  if (Effect.isEffect(made)) return made as Effect.Effect<BodyA<B>, BodyE<B>, BodyR<B>>
  const steps = stepsOf(body, made)
  return goOn(steps, steps.next())
}

/** A generator that has taken its first step goes on from there. */
const goOn = (
  steps: ReturnType<typeof stepsOf>,
  first: IteratorResult<Effect.Effect<any, any, any>, any>
): Effect.Effect<any, any, any> =>
  Effect.gen(function* () {
    let step = first
    while (step.done !== true) step = steps.next((yield* step.value) as never)
    return step.value
  })
