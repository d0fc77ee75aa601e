import {
  openResource,
  type OpenResource,
  operation,
  primitive,
  tellFirst,
  waitAs,
  type WaitedFor,
  Waiter,
  wakeQueueOf
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { Broadcast, OnLag, Subscribing } from "../Broadcast.ts"
import { ChannelClosed } from "../ChannelClosed.ts"
import type { Lagged } from "../Lagged.ts"
import type { Receiver } from "../Receiver.ts"
import type { BroadcastState, Publication } from "./broadcastState.ts"
import { ChannelState, type Overflow } from "./channelState.ts"
import { endsOf } from "./ends.ts"
import { Subscriber } from "./Subscriber.ts"

/** A broadcast as its users see it. Its methods can be passed on as functions. */
export class BroadcastHandle<A> implements Broadcast<A>, WaitedFor {
  readonly name: string
  private readonly state: BroadcastState<A>

  /** `kind` is what it is for those who watch. */
  constructor(fiber: Fiber.Fiber<unknown, unknown>, kind: string, name: string, state: BroadcastState<A>) {
    this.name = name
    this.state = state
    state.resource = openResource(fiber, kind, name, state)
  }

  get resource(): OpenResource | undefined {
    return this.state.resource
  }

  readonly send = (item: A): Effect.Effect<void, ChannelClosed> => sending(this, item, false)

  /** The first step of a publish. */
  sendNow(item: A): Effect.Effect<void, ChannelClosed> {
    const { state } = this
    if (state.closed) return Effect.fail(new ChannelClosed({ channel: this.name, by: "sender" }))
    if (!state.canPublish()) return this.wait(item)
    state.publish(item)
    return Effect.void
  }

  private wait(item: A): Effect.Effect<void, ChannelClosed> {
    const { state } = this
    return waitAs(
      (fiber, resume: (effect: Effect.Effect<void, ChannelClosed>) => void) => {
        if (state.closed || state.canPublish()) return undefined
        const publication = new WaitingPublish(fiber, resume, state, item)
        state.add(publication)
        return publication
      },
      () => this.send(item),
      "room in",
      this
    )
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
    const state = new ChannelState<A>(capacityOf(capacity, this.name), overflow)
    state.resource = this.resource?.part(fiber, "subscription", state)
    const { receiver } = endsOf<A, Lagged>(fiber, this.name, state)
    const inLine = { node: undefined, queue: wakeQueueOf(fiber), held: false }
    this.state.join(new Subscriber(receiver.pipe, onLag, this.state, inLine))
    return receiver
  }
}

/** In one step with the look whether the scope was cancelled; `told` says that its fiber was told, and goes on. */
const sending = primitive(
  (fiber, broadcast: BroadcastHandle<any>, item: any, told: boolean): Effect.Effect<void, ChannelClosed> =>
    !told && tellFirst(fiber) ? sending(broadcast, item, true) : broadcast.sendNow(item)
)

class WaitingPublish<A> extends Waiter<void, ChannelClosed> implements Publication<A> {
  readonly item: A
  private readonly broadcast: BroadcastState<A>

  constructor(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<void, ChannelClosed>) => void,
    broadcast: BroadcastState<A>,
    item: A
  ) {
    super(fiber, resume)
    this.broadcast = broadcast
    this.item = item
  }

  published(): void {
    this.end(Exit.void)
  }

  override leave(): Effect.Effect<void> {
    return super.leave(() => this.broadcast.withdraw(this))
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
