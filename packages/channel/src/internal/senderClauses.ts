import { type Clause, Place, type Slot, type WaitedFor } from "@ferrule/runtime"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { Giver } from "./channelState.ts"
import type { Pipe } from "./Pipe.ts"
import type { SenderHandle } from "./SenderHandle.ts"

/** The clause of `Channel.sending`. */
export class Sending<A> implements Clause<void, ChannelClosed> {
  private readonly sender: SenderHandle<A, any>
  private readonly item: A

  /** Set where an item that finds no room drops one: the hook is to be told. */
  readonly commitMasked: (() => Effect.Effect<void>) | undefined

  constructor(sender: SenderHandle<A, any>, item: A) {
    this.sender = sender
    this.item = item
    const { pipe } = sender
    this.commitMasked = pipe.state.overflow === "wait" ? undefined : () => pipe.putOrDrop(item)
  }

  get line(): object {
    return this.sender.pipe.state.givers
  }

  get waitsFor(): { readonly kind: string; readonly what: WaitedFor } {
    return { kind: "room in", what: this.sender.pipe }
  }

  poll(): "failed" | "ready" | "waiting" {
    if (this.sender.closedBy !== undefined) return "failed"
    return this.commitMasked !== undefined || this.sender.pipe.state.canPut() ? "ready" : "waiting"
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
