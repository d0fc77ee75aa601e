/**
 * What the running code can ask about the scopes it runs in.
 */
import { type CancelNode, type CancelTrace, currentNode, effectiveDeadlineOf, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * A place where a cancel takes effect, and nothing else happens: for long computations.
 *
 * - **Completes when** called, at once. **When cancelled**, the code stops here.
 *
 * @example Stops between two steps of a loop
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const program = CancelScope.run("sum", function* (scope) {
 *   for (let i = 0; ; i++) {
 *     if (i === 1000) yield* scope.cancel("enough")
 *     yield* CancelScope.checkpoint
 *   }
 * })
 * console.log((await Effect.runPromise(program))._tag) // => Cancelled
 * ```
 *
 * @category cancelling
 * @since 0.1.0
 */
export const checkpoint: Effect.Effect<void> = Effect.withFiber((fiber) => {
  tellFirst(fiber)
  return Effect.void
})

const reach = <A>(read: (node: CancelNode) => A | undefined): Effect.Effect<Option.Option<A>> =>
  Effect.withFiber((fiber) => {
    const node = currentNode(fiber)
    return Effect.succeed(Option.fromUndefinedOr(node === undefined ? undefined : read(node)))
  })

/**
 * The trace of the cancel that reached the running code, if one did: what cleanup reads to know why.
 *
 * @example Cleanup that knows why
 * ```ts
 * import { Effect, Option } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const tell = Effect.map(CancelScope.trace, (trace) =>
 *   console.log(Option.match(trace, { onNone: () => "done", onSome: ({ reason }) => reason._tag }))
 * )
 * const program = CancelScope.run("job", (scope) =>
 *   Effect.andThen(scope.cancel(), Effect.never).pipe(Effect.ensuring(tell))
 * )
 * await Effect.runPromise(program) // => Requested
 * ```
 *
 * @category cancelling
 * @since 0.1.0
 */
export const trace: Effect.Effect<Option.Option<CancelTrace>> = reach((node) => node.trace)

/**
 * The earliest deadline that reaches the running code, in milliseconds on the monotonic clock: that of its own scope
 * or of an outer one up to the next shield. `-Infinity` where a cancel has reached it already.
 *
 * @example The earlier of two counts
 * ```ts
 * import { Effect, Option } from "effect"
 * import { CancelScope } from "ferrule"
 *
 * const program = CancelScope.run({ name: "outer", deadline: 5e12 }, () =>
 *   CancelScope.run({ name: "inner", deadline: 6e12 }, () => CancelScope.effectiveDeadline)
 * )
 * const outcome = await Effect.runPromise(program)
 * if (outcome._tag === "Completed" && outcome.value._tag === "Completed") {
 *   console.log(Option.getOrThrow(outcome.value.value)) // => 5000000000000
 * }
 * ```
 *
 * @see Timeout.remaining
 * @category deadlines
 * @since 0.1.0
 */
export const effectiveDeadline: Effect.Effect<Option.Option<number>> = reach(effectiveDeadlineOf)
