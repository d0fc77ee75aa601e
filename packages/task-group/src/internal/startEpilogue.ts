import { type CancelNode, primitive, type Started, startFiber } from "@ferrule/runtime"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * Starts the fiber that releases what a task, or a group's body, has acquired: cleanup, which sees that it was cancelled
 * as its own fiber would. `onEnd` is called when that is done. (docs/adr/0008)
 */
export const startEpilogue = (
  node: CancelNode,
  epilogue: Effect.Effect<void>,
  context: Context.Context<never>,
  onEnd: () => void
): void => {
  const ended: Started<void, never> = { fiber: undefined, end: onEnd }
  startFiber(node.queue!, context, cleanup(node, epilogue, undefined), ended, true)
}

const cleanup = primitive((fiber, node: CancelNode, epilogue: Effect.Effect<void>) => {
  node.moveTo(fiber)
  if (node.delivered) fiber.interruptUnsafe()
  return epilogue
})
