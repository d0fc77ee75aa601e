import type { InLine } from "@ferrule/runtime"
import * as Exit from "effect/Exit"
import type { OnLag } from "../Broadcast.ts"
import { Lagged } from "../Lagged.ts"
import type { BroadcastState } from "./broadcastState.ts"
import { type ChannelState, nothing } from "./channelState.ts"
import { Gate } from "./Gate.ts"
import type { Pipe } from "./Pipe.ts"

/** A reader of a broadcast: a channel of its own, and how it may lag. */
export class Subscriber<A> {
  readonly state: ChannelState<A>
  readonly gate: Gate<A>
  private readonly pipe: Pipe<A, Lagged>
  private readonly onLag: OnLag
  private readonly broadcast: BroadcastState<A>
  joined = false
  previous: Subscriber<A> | undefined = undefined
  next: Subscriber<A> | undefined = undefined

  constructor(pipe: Pipe<A, Lagged>, onLag: OnLag, broadcast: BroadcastState<A>, inLine: InLine) {
    this.pipe = pipe
    this.state = pipe.state
    this.onLag = onLag
    this.broadcast = broadcast
    const leave = () => broadcast.leave(this)
    // A publish that waited for it goes on in the very step in which it leaves.
    const leaveAndUnblock = () => {
      leave()
      broadcast.unblock()
    }
    this.gate = new Gate(inLine, pipe.state, () => broadcast.unblock(), leaveAndUnblock)
    pipe.whenAbandoned.add(leave)
    if (onLag === "skip") pipe.whenReturned = () => this.dropExcess()
  }

  /** Whether a publish need not wait for it. */
  get hasRoom(): boolean {
    return this.onLag !== "wait" || this.state.canPut()
  }

  /** An item is published. */
  hear(item: A): void {
    if (this.onLag === "skip") {
      if (this.state.putOrDrop(item) !== nothing) this.pipe.missed++
    } else if (this.onLag === "wait" || this.state.canPut()) this.state.put(item)
    else this.fail()
  }

  /** What comes back is older than what was published meanwhile: with no room for both, it is the one to go. */
  private dropExcess(): void {
    if (this.state.buffered <= this.state.capacity) return
    this.state.dropOldest()
    this.pipe.missed++
  }

  /** It is no reader any more: what it has not read is dropped, and it is told at once. */
  private fail(): void {
    const { pipe, state } = this
    state.lose()
    pipe.missed = state.dropBuffered() + 1
    pipe.failure = Exit.fail(new Lagged({ broadcast: pipe.name, missed: pipe.missed }))
    this.broadcast.leave(this)
    state.closeAllSenders()
  }
}
