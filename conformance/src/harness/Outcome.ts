import { Cause, Effect, Exit } from "effect"
import { CancelScope } from "ferrule"

export type Reason = readonly ["Fail", unknown] | readonly ["Die", unknown] | readonly ["Interrupt"]

/** How a program ended, in the words of the scenarios. */
export type Outcome = { readonly ok: unknown } | { readonly fail: ReadonlyArray<Reason> }

export const ok = (value: unknown): Outcome => ({ ok: value })

export const fail = (...reasons: ReadonlyArray<Reason>): Outcome => ({ fail: reasons })

export const Fail = (error: unknown): Reason => ["Fail", error]

export const Die = (defect: unknown): Reason => ["Die", defect]

export const Interrupt: Reason = ["Interrupt"]

const reasonOf = (reason: Cause.Reason<unknown>): Reason => {
  if (Cause.isFailReason(reason)) return Fail(reason.error)
  return Cause.isDieReason(reason) ? Die(reason.defect) : Interrupt
}

/** The reasons `CancelScope.failures` gives: also the defects that came beside a typed error; none is an interrupt. */
const reasonsOf = (cause: Cause.Cause<unknown>): ReadonlyArray<Reason> => {
  const reasons = CancelScope.failures(cause).map(({ reason }) => reasonOf(reason))
  return reasons.length === 0 && Cause.hasInterrupts(cause) ? [Interrupt] : reasons
}

export const outcomeOf = (exit: Exit.Exit<unknown, unknown>): Outcome =>
  Exit.isSuccess(exit) ? ok(exit.value) : fail(...reasonsOf(exit.cause))

/** What the scenarios' vocabulary promises of every failure; gives a sentence for what does not hold. */
export const brokenPromise = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const all = reasonsOf(exit.cause)
  const { reasons } = exit.cause
  if (reasons.length > 1 && reasons.some(Cause.isInterruptReason)) return "an Interrupt stands beside another reason"
  const firstFail = all.find(([tag]) => tag === "Fail")
  if (firstFail === undefined) return undefined
  if (!reasons.every(Cause.isFailReason)) return "the cause holds a Fail and something else"
  if (reasons.length !== all.filter(([tag]) => tag === "Fail").length) return "the cause does not hold each Fail once"
  const caught = Effect.runSyncExit(Effect.catch(exit, Effect.succeed))
  return Exit.isSuccess(caught) && caught.value === firstFail[1] ? undefined : "a handler does not catch the first Fail"
}
