import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"

/**
 * What a source of items must offer: the next one, or none at its end.
 *
 * @category models
 * @since 0.1.0
 */
export interface Receivable<out A, out E = never> {
  readonly receiveOption: Effect.Effect<Option.Option<A>, E>
}
