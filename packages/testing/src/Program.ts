import type * as Effect from "effect/Effect"

/**
 * A program that is run many times: an effect that makes its own state whenever it is run, or a function that makes the
 * program anew.
 *
 * @category models
 * @since 0.1.0
 */
export type Program<A, E = never, R = never> = Effect.Effect<A, E, R> | (() => Effect.Effect<A, E, R>)
