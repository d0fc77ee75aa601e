import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import type { ChannelState } from "./channelState.ts"
import { Pipe } from "./Pipe.ts"
import { ReceiverHandle } from "./ReceiverHandle.ts"
import { SenderHandle } from "./SenderHandle.ts"

/** The first handle on each end of a channel that `fiber` makes. */
export interface Ends<in out A, in out E> {
  readonly sender: SenderHandle<A, E>
  readonly receiver: ReceiverHandle<A, E>
}

/** Makes a channel around its state. */
export const endsOf = <A, E>(
  fiber: Fiber.Fiber<unknown, unknown>,
  name: string,
  state: ChannelState<A>,
  onUndelivered?: (item: A) => Effect.Effect<void>
): Ends<A, E> => {
  const pipe = new Pipe<A, E>(name, state, onUndelivered, fiber.context)
  const receiver = new ReceiverHandle(pipe, fiber.getRef(Scheduler.Scheduler))
  return { sender: new SenderHandle(pipe), receiver }
}
