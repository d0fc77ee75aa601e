import type { CancelTrace } from "@ferrule/runtime"
import * as Function from "effect/Function"

/**
 * How a cancel scope ended: its body completed with a value, or the scope's own cancel or deadline ended it.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<A> =
  | { readonly _tag: "Completed"; readonly value: A }
  | { readonly _tag: "Cancelled"; readonly trace: CancelTrace }

/**
 * The value of a completed scope, or what `onCancelled` makes of the trace.
 *
 * @example Zero instead of a cancelled computation
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const program = CancelScope.run("body", function* (scope) {
 *   yield* scope.cancel("not needed")
 *   return 1
 * }).pipe(Effect.map(CancelScope.getOrElse(() => 0)))
 * console.log(await Effect.runPromise(program)) // => 0
 * ```
 *
 * @see run which gives an outcome
 * @category outcomes
 * @since 0.1.0
 */
export const getOrElse: {
  <A, B>(self: Outcome<A>, onCancelled: (trace: CancelTrace) => B): A | B
  <B>(onCancelled: (trace: CancelTrace) => B): <A>(self: Outcome<A>) => A | B
} = Function.dual(2, <A, B>(self: Outcome<A>, onCancelled: (trace: CancelTrace) => B): A | B =>
  self._tag === "Completed" ? self.value : onCancelled(self.trace)
)
