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

/** The reasons `CancelScope.failures` gives: also the defects that came beside a typed error. */
export const outcomeOf = (exit: Exit.Exit<unknown, unknown>): Outcome =>
  Exit.isSuccess(exit)
    ? ok(exit.value)
    : fail(...CancelScope.failures(exit.cause).map(({ reason }) => reasonOf(reason)))

/** What the scenarios' vocabulary promises of every outcome; gives a sentence for what does not hold. */
export const brokenPromise = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const all = CancelScope.failures(exit.cause).map(({ reason }) => reason)
  const inCause = exit.cause.reasons
  if (all.length > 1 && all.some(Cause.isInterruptReason)) return "an Interrupt stands beside another reason"
  const firstFail = all.find(Cause.isFailReason)
  if (firstFail === undefined) return undefined
  if (!inCause.every(Cause.isFailReason)) return "the cause holds a Fail and something else"
  if (inCause.length !== all.filter(Cause.isFailReason).length) return "the cause does not hold each Fail once"
  const caught = Effect.runSyncExit(Effect.catch(exit, (error) => Effect.succeed({ error })))
  return Exit.isSuccess(caught) && (caught.value as { error: unknown }).error === firstFail.error
    ? undefined
    : "a handler around it does not catch the first Fail"
}
