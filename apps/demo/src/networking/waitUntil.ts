import { Effect } from "effect"

/** Completes when the condition holds; looks every millisecond. For what no event tells: the state of the other end. */
export const waitUntil = (condition: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.andThen(Effect.sleep("1 millis"), waitUntil(condition))))
