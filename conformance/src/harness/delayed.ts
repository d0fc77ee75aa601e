import { Effect } from "effect"

/** Sleeps, then gives the value. */
export const valueAfter = <A>(millis: number, value: A): Effect.Effect<A> => Effect.as(Effect.sleep(millis), value)

/** Sleeps, then fails with the error. */
export const failureAfter = <E>(millis: number, error: E): Effect.Effect<never, E> =>
  Effect.andThen(Effect.sleep(millis), Effect.fail(error))
