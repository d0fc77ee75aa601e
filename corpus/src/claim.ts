import { Effect } from "effect"

/** Fails with the message unless it holds by then. */
export const claim = (holds: () => boolean, message: string): Effect.Effect<void, string> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.fail(message)))
