import { type InLine, Place } from "@ferrule/runtime"
import { type ChannelState, type Giver, nothing } from "./channelState.ts"

/** Stands, without a fiber, in the line of a channel's senders, and is called when there is room. Used again and again. */
export class Gate<A> extends Place implements Giver<A> {
  readonly item: typeof nothing = nothing
  readonly begun = false
  private readonly state: ChannelState<A>
  private readonly onRoom: () => void
  private readonly onAbandoned: () => void

  /** `waiter` is never held. Of the two only one is called, once for each time that the gate was shut. */
  constructor(waiter: InLine, state: ChannelState<A>, onRoom: () => void, onAbandoned: () => void) {
    super(waiter)
    this.state = state
    this.onRoom = onRoom
    this.onAbandoned = onAbandoned
  }

  /** Stands in line. Ask first whether there is no room. */
  shut(): void {
    this.state.givers.add(this)
  }

  accepted(): void {
    // Room was set aside for it; it only wanted to know.
    this.state.giveBack()
    this.onRoom()
  }

  refused(): void {
    this.onAbandoned()
  }
}
