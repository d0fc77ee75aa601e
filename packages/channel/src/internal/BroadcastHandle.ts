import { operation, Place, primitive, tellFirst, type Waiter, waitHere, wakeQueueOf } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Broadcast, Subscribing } from "../Broadcast.ts"
import { ChannelClosed } from "../ChannelClosed.ts"
import type { Lagged } from "../Lagged.ts"
import type { Receiver } from "../Receiver.ts"
import type { BroadcastState, Publication } from "./broadcastState.ts"
import { ChannelState, type Overflow } from "./channelState.ts"
import { endsOf } from "./ends.ts"
import { type OnLag, Subscriber } from "./Subscriber.ts"

/** A broadcast as its users see it. Its methods can be passed on as functions. */
export class BroadcastHandle<A> implements Broadcast<A> {
  readonly name: string
  private readonly state: BroadcastState<A>

  constructor(name: string, state: BroadcastState<A>) {
    this.name = name
    this.state = state
  }

  readonly send = (item: A): Effect.Effect<void, ChannelClosed> => sending(this, item, undefined)

  sendNow(fiber: Fiber.Fiber<unknown, unknown>, item: A): Effect.Effect<void, ChannelClosed> {
    const { state } = this
    if (state.closed) return Effect.fail(new ChannelClosed({ channel: this.name, by: "sender" }))
    if (!state.canPublish())
      return waitHere(fiber, (waiter) => this.standInLine(waiter, item), this.send(item), "room in", this)
    state.publish(item)
    return Effect.void
  }

  private standInLine(waiter: Waiter<void, ChannelClosed>, item: A): (() => void) | undefined {
    const { state } = this
    if (state.closed || state.canPublish()) return undefined
    const publication = new WaitingPublish(waiter, item)
    state.add(publication)
    return () => state.withdraw(publication)
  }

  get close(): Effect.Effect<void> {
    return operation(() => {
      this.state.close()
      return Effect.void
    })
  }

  readonly subscribe = <L extends OnLag>(
    options: Subscribing<L>
  ): Effect.Effect<Receiver<A, L extends "fail" ? Lagged : never>, never, Scope.Scope> => {
    const join = Effect.withFiber((fiber) => Effect.succeed(this.join(fiber, options)))
    // Sound: nobody but a subscriber with "fail" fails, and that with Lagged.
    return operation(() => Effect.acquireRelease(join, (receiver) => receiver.cancel)) as Effect.Effect<
      Receiver<A, any>,
      never,
      Scope.Scope
    >
  }

  private join(fiber: Fiber.Fiber<unknown, unknown>, { capacity, onLag }: Subscribing<OnLag>): Receiver<A, Lagged> {
    const overflow = overflowOf(onLag, this.name)
    const { receiver } = endsOf<A, Lagged>(
      fiber,
      this.name,
      new ChannelState(capacityOf(capacity, this.name), overflow)
    )
    const inLine = { node: undefined, queue: wakeQueueOf(fiber), held: false }
    this.state.join(new Subscriber(receiver.pipe, onLag, this.state, inLine))
    return receiver
  }
}

const sending = primitive(
  (fiber, broadcast: BroadcastHandle<any>, item: unknown, _: undefined): Effect.Effect<void, ChannelClosed> =>
    tellFirst(fiber) ? sending(broadcast, item, undefined) : broadcast.sendNow(fiber, item)
)

class WaitingPublish<A> extends Place implements Publication<A> {
  readonly item: A
  // Sound: it is only told what a send is told.
  declare readonly waiter: Waiter<void, ChannelClosed>

  constructor(waiter: Waiter<void, ChannelClosed>, item: A) {
    super(waiter)
    this.item = item
  }

  published(): void {
    this.waiter.end(Exit.void)
  }
}

const overflowOf = (onLag: OnLag, name: string): Overflow => {
  if (onLag === "skip") return "dropOldest"
  if (onLag === "wait" || onLag === "fail") return "wait"
  throw new RangeError(
    `the onLag of a subscriber of broadcast "${name}" is ${String(onLag)}. Pass "wait", "skip" or "fail".`
  )
}

const capacityOf = (capacity: number, name: string): number => {
  if (Number.isInteger(capacity) && capacity > 0) return capacity
  throw new RangeError(
    `the capacity of a subscriber of broadcast "${name}" is ${String(capacity)}. Pass a whole number from 1 on.`
  )
}
