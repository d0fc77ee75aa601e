import * as Predicate from "effect/Predicate"
import type { ChannelClosed } from "../ChannelClosed.ts"

/** Told by what it is made of, as its type is: the error of another installed copy is one, too. */
export const isChannelClosed = (error: unknown): error is ChannelClosed =>
  Predicate.isTagged(error, "ChannelClosed") && "channel" in error && "by" in error
