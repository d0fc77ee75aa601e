import * as Data from "effect/Data"

/**
 * The error of a reader of a broadcast that subscribed with `onLag: "fail"` and was too slow: an item was published, and
 * its buffer was full. `missed` says how many items it did not get: that one, and those it had not read.
 *
 * @see Broadcast whose `subscribe` has other answers to a slow reader
 * @category errors
 * @since 0.1.0
 */
export class Lagged extends Data.TaggedError("Lagged")<{ readonly broadcast: string; readonly missed: number }> {
  override get message(): string {
    return `a reader of broadcast "${this.broadcast}" was too slow and missed ${this.missed} items. Read faster, subscribe with a greater capacity, or with onLag "wait" or "skip".`
  }
}
