import type { CancelReason, CancelTrace } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type { CancelInfo } from "../Snapshot.ts"
import { quoted, shortened } from "./plain.ts"

/** Whatever it is, in one short line; asking it may fail. */
const shown = (value: unknown): string => {
  try {
    const text = value instanceof Error ? `${value.name}: ${value.message}` : String(value)
    return shortened(text === "[object Object]" ? JSON.stringify(value) : text, 200)
  } catch {
    return "something that cannot be shown"
  }
}

/** A reason in words. */
const reasonInWords = (reason: CancelReason): string => {
  switch (reason._tag) {
    case "Requested":
      return reason.message === undefined ? "it was asked to stop" : `it was asked to stop: ${reason.message}`
    case "DeadlinePassed":
      return "the deadline passed"
    case "TaskFailed":
      return `task ${quoted(reason.task)} failed: ${shown(Cause.squash(reason.cause))}`
    case "GroupClosed":
      return `group ${quoted(reason.group)} has no more use for it`
    case "Aborted":
      return `a signal was aborted: ${shown(reason.reason)}`
    case "ScopeEnded":
      return "its scope ended"
  }
}

/** A trace as plain data. */
export const cancelInfoOf = (trace: CancelTrace, now: number): CancelInfo => ({
  reason: trace.reason._tag,
  because: reasonInWords(trace.reason),
  scope: trace.scope,
  path: trace.path,
  ...(trace.by === undefined ? {} : { askedBy: trace.by }),
  ago: Math.max(0, now - trace.at)
})
