import { Effect } from "effect"

/** Runs them at once, and ends when all have. */
export const together = <A, E>(...effects: ReadonlyArray<Effect.Effect<A, E>>): Effect.Effect<void, E> =>
  Effect.all(effects, { concurrency: "unbounded", discard: true })
