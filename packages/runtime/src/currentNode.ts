import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { CancelNode } from "./CancelNode.ts"

/**
 * The node that the running code belongs to; nothing outside every scope and group.
 *
 * @category building
 * @since 0.1.0
 */
export const CurrentNode: Context.Reference<CancelNode | undefined> = Context.Reference<CancelNode | undefined>(
  "~ferrule/runtime/0.1/CurrentNode",
  { defaultValue: () => undefined }
)

/**
 * The node that the fiber's code belongs to.
 *
 * @category building
 * @since 0.1.0
 */
export const currentNode = (fiber: Fiber.Fiber<unknown, unknown>): CancelNode | undefined =>
  // Not `get`, which looks for the default of what is not there: here it is nothing.
  Context.getOrUndefined(fiber.context, CurrentNode)

/**
 * An operation that has to act in one step with a check: `act` gets the running fiber. Where the code belongs to a
 * scope that was cancelled a moment ago and its fiber has not been told yet, the fiber is told first, and `act` runs
 * only if this is cleanup, which goes on.
 *
 * @category building
 * @since 0.1.0
 */
export const operation = <A, E, R>(
  act: (fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.withFiber((fiber) => (tellFirst(fiber) ? Effect.withFiber(act) : act(fiber)))

/**
 * Tells the fiber's node if it was marked and not told yet. When it answers true the caller must return to the run
 * loop before it acts: an interruptible fiber stops there. `likely` is the node whose fiber it is most of the time:
 * then nothing has to be looked up.
 *
 * @category building
 * @since 0.1.0
 */
export const tellFirst = (fiber: Fiber.Fiber<unknown, unknown>, likely?: CancelNode): boolean => {
  const node = likely !== undefined && likely.fiber === fiber ? likely : currentNode(fiber)
  if (node === undefined || node.trace === undefined || node.delivered || node.hasEnded) return false
  node.deliver()
  return true
}
