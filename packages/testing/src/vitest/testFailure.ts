import * as Cause from "effect/Cause"
import * as Inspectable from "effect/Inspectable"
import { isForeign } from "../internal/leaks/placeOf.ts"
import { BrokenByCancel } from "../BrokenByCancel.ts"
import { Deadlock } from "../Deadlock.ts"
import { Escaped } from "../Escaped.ts"
import { FailingSchedule } from "../FailingSchedule.ts"
import { LeftBehind } from "../LeftBehind.ts"
import { Livelock } from "../Livelock.ts"
import { StaleToken } from "../StaleToken.ts"
import { Unfinished } from "../Unfinished.ts"

const reports = [BrokenByCancel, Deadlock, Escaped, FailingSchedule, LeftBehind, Livelock, StaleToken, Unfinished]

/** Its message says all that its fields do, and its stack is that of the search: vitest would print both. */
const asText = (report: Error): Error => {
  const error = new Error(report.message)
  error.name = report.name
  error.stack = `${report.name}: ${report.message}`
  return error
}

/** An error of Effect's has fields more often than a message. */
const fieldsOf = (error: Error): string => {
  const fields = Object.entries(error).filter(([key]) => !["_tag", "name", "stack", "message", "cause"].includes(key))
  return fields.length === 0 ? "" : Inspectable.toStringUnknown(Object.fromEntries(fields), 0)
}

/** Its stack without the frames of Effect and of Node, which are the same in every test. */
const ownFrames = (error: Error): ReadonlyArray<string> =>
  error.stack?.split("\n").filter((line) => /^\s+at /.test(line) && !isForeign(line)) ?? []

/** As vitest shows an error best: an assertion keeps its difference and its place, anybody's error its fields. */
const readable = (reason: Cause.Fail<unknown> | Cause.Die): Error => {
  const failure = reason._tag === "Fail" ? reason.error : reason.defect
  if (reports.some((report) => failure instanceof report)) return asText(failure as Error)
  // What is no error has no place; the spans and functions that it came through may have one.
  return failure instanceof Error ? failure : Cause.prettyErrors(Cause.fromReasons([reason]))[0]!
}

/**
 * Says what it has to, and then the note: in the stack, too, of which reports for machines are made. Not on a copy, which
 * a difference would not survive.
 */
const tellAll = (error: Error, note: string): Error => {
  const message = [error.message === "" ? fieldsOf(error) : error.message, note]
    .filter((text) => text !== "")
    .join("\n\n")
  const stack = [`${error.name}: ${message}`, ...ownFrames(error)].join("\n")
  const told = (value: string) => ({ value, configurable: true, writable: true })
  return Object.isExtensible(error)
    ? Object.defineProperties(error, { message: told(message), stack: told(stack) })
    : error
}

/** What a failed test throws: each failure of its cause is shown by itself, and the note after the last one. */
export const testFailure = (cause: Cause.Cause<unknown>, note: string): Error => {
  const errors = cause.reasons.flatMap((reason) => (Cause.isInterruptReason(reason) ? [] : [readable(reason)]))
  if (errors.length === 0) return tellAll(new Error("the test was interrupted, and nothing else went wrong."), note)
  const told = errors.map((error, index) => tellAll(error, index === errors.length - 1 ? note : ""))
  return told.length === 1 ? told[0]! : new AggregateError(told, note)
}
