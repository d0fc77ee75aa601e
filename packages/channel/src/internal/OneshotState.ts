import { ChannelState, type Giver } from "./channelState.ts"

/** A channel that its first item closes, and so does the permit for it. Nobody ever waits to send. */
export class OneshotState<A> extends ChannelState<A> {
  constructor() {
    super(1)
  }

  override put(item: A, giver?: Giver<A>): void {
    super.put(item, giver)
    this.closeAllSenders()
  }

  override reserve(): void {
    super.reserve()
    this.closeAllSenders()
  }

  override closeSender(): void {
    if (this.senders > 0) super.closeSender()
  }
}
