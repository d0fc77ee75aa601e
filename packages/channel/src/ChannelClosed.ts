import * as Data from "effect/Data"

/**
 * The error of a send on a channel whose other end, or whose own handle, is closed. `by` says who closed it: the
 * `sender` itself, or the last `receiver`.
 *
 * @see stopWhenClosed to treat it as a normal end
 * @category errors
 * @since 0.1.0
 */
export class ChannelClosed extends Data.TaggedError("ChannelClosed")<{
  readonly channel: string
  readonly by: "sender" | "receiver"
}> {
  override get message(): string {
    return `cannot send on channel "${this.channel}": its ${this.by} closed it. End this producer, or send before closing.`
  }
}
