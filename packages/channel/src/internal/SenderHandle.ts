import {
  type Body,
  type BodyE,
  type BodyR,
  type Clause,
  inOneStep,
  operation,
  Place,
  retreat,
  runBody,
  type Slot,
  tellFirst,
  type Waiter,
  waitHere
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { Sender, TrySend } from "../Sender.ts"
import type { Giver, Side } from "./channelState.ts"
import type { Pipe } from "./Pipe.ts"
import { runAsOwner } from "./runAsOwner.ts"

/** One open, or closed, handle on the sending end. Its methods can be passed on as functions: `tx.send`. */
export class SenderHandle<A, E> implements Sender<A, E> {
  readonly pipe: Pipe<A, E>
  private closed = false

  constructor(pipe: Pipe<A, E>) {
    this.pipe = pipe
  }

  readonly send = (item: A): Effect.Effect<void, ChannelClosed> => operation((fiber) => this.sendNow(fiber, item))

  private sendNow(fiber: Fiber.Fiber<unknown, unknown>, item: A): Effect.Effect<void, ChannelClosed> {
    const { state } = this.pipe
    const by = this.closedBy
    if (by !== undefined) return this.refuse(item, by)
    if (!state.canPut())
      return waitHere(fiber, (waiter) => this.standInLine(waiter, item), this.send(item), "room in", this.pipe)
    state.put(item)
    return Effect.void
  }

  private standInLine(waiter: Waiter<void, ChannelClosed>, item: A): (() => Effect.Effect<void>) | undefined {
    const { pipe } = this
    if (this.closedBy !== undefined || pipe.state.canPut()) return undefined
    const giver = new WaitingSend(waiter, pipe, item)
    pipe.state.givers.add(giver)
    return () => {
      pipe.state.lose()
      pipe.state.withdraw(giver)
      return pipe.tellInCleanup(item)
    }
  }

  /** Who closed the channel for this handle. */
  get closedBy(): Side | undefined {
    if (this.closed || this.pipe.state.senders === 0) return "sender"
    return this.pipe.state.receivers === 0 ? "receiver" : undefined
  }

  private refuse(item: A, by: Side): Effect.Effect<never, ChannelClosed> {
    const { pipe } = this
    // Masked as a whole: an item that counts as lost is told to the hook.
    const lost = Effect.suspend(() => {
      pipe.state.lose()
      return pipe.tell(item)
    })
    return Effect.andThen(Effect.uninterruptible(lost), Effect.fail(pipe.closed(by)))
  }

  // One step, so that what was sent is also said to be.
  readonly trySend = (item: A): Effect.Effect<TrySend> =>
    inOneStep(
      (fiber) => (tellFirst(fiber) ? retreat() : this.trySendUnsafe(item)),
      () => this.trySend(item)
    )

  readonly trySendUnsafe = (item: A): TrySend => {
    const { state } = this.pipe
    if (this.closedBy !== undefined) return "closed"
    if (!state.canPut()) return "full"
    state.put(item)
    return "sent"
  }

  get clone(): Effect.Effect<Sender<A, E>, never, Scope.Scope> {
    const copy = Effect.sync(() => {
      if (this.closedBy === "sender") {
        throw new Error(`cannot clone a sender of channel "${this.pipe.name}": it was closed. Clone it before closing.`)
      }
      this.pipe.state.senders++
      return new SenderHandle(this.pipe)
    })
    return operation(() => Effect.acquireRelease(copy, (sender) => Effect.sync(() => sender.closeNow())))
  }

  get close(): Effect.Effect<void> {
    return operation(() => {
      this.closeNow()
      return Effect.void
    })
  }

  closeNow(): void {
    if (this.closed) return
    this.closed = true
    if (this.pipe.failure === undefined) this.pipe.state.closeSender()
  }

  readonly fail = (error: E): Effect.Effect<void> =>
    operation(() => {
      this.failNow(error)
      return Effect.void
    })

  private failNow(error: E): void {
    const { pipe } = this
    if (this.closedBy === "sender") return
    this.closed = true
    pipe.failure = Exit.fail(error)
    pipe.state.closeAllSenders()
  }

  readonly use = <B extends Body>(
    body: (sender: Sender<A, E>) => B
  ): Effect.Effect<void, Exclude<BodyE<B>, ChannelClosed>, BodyR<B>> => runAsOwner(this, () => runBody(body, this))

  get "~ferrule/channel/Sender"(): { readonly sending: (item: A) => Clause<void, ChannelClosed> } {
    return { sending: (item) => new Sending(this, item) }
  }
}

class WaitingSend<A> extends Place implements Giver<A> {
  readonly item: A
  readonly begun = true
  // Sound: it is only told what a send is told.
  declare readonly waiter: Waiter<void, ChannelClosed>
  private readonly pipe: Pipe<A, any>

  constructor(waiter: Waiter<void, ChannelClosed>, pipe: Pipe<A, any>, item: A) {
    super(waiter)
    this.pipe = pipe
    this.item = item
  }

  accepted(): void {
    this.waiter.end(Exit.void)
  }

  refused(): void {
    this.waiter.end(Exit.fail(this.pipe.closed("receiver")))
  }
}

class Sending<A> implements Clause<void, ChannelClosed> {
  private readonly sender: SenderHandle<A, any>
  private readonly item: A

  constructor(sender: SenderHandle<A, any>, item: A) {
    this.sender = sender
    this.item = item
  }

  get line(): object {
    return this.sender.pipe.state.givers
  }

  poll(): "failed" | "ready" | "waiting" {
    if (this.sender.closedBy !== undefined) return "failed"
    return this.sender.pipe.state.canPut() ? "ready" : "waiting"
  }

  commit(): Exit.Exit<void, ChannelClosed> {
    const { pipe, closedBy } = this.sender
    if (closedBy !== undefined) return Exit.fail(pipe.closed(closedBy))
    pipe.state.put(this.item)
    return Exit.void
  }

  register(slot: Slot<void, ChannelClosed>): WaitingSendClause<A> {
    const { pipe } = this.sender
    const giver = new WaitingSendClause(slot, pipe, this.item)
    pipe.state.givers.add(giver)
    return giver
  }
}

class WaitingSendClause<A> extends Place implements Giver<A> {
  readonly item: A
  readonly begun = false
  private readonly pipe: Pipe<A, any>
  private readonly slot: Slot<void, ChannelClosed>

  constructor(slot: Slot<void, ChannelClosed>, pipe: Pipe<A, any>, item: A) {
    super(slot.selection)
    this.slot = slot
    this.pipe = pipe
    this.item = item
  }

  accepted(): void {
    this.slot.give(undefined)
  }

  refused(): void {
    this.slot.fail(Exit.fail(this.pipe.closed("receiver")))
  }

  override withdraw(): void {
    if (this.line !== undefined) this.pipe.state.withdraw(this)
  }
}
