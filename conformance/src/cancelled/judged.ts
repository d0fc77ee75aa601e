/** What must hold of a scenario that was cancelled somewhere, whatever it was about. */
import { inspect, isDeepStrictEqual } from "node:util"
import { Cause, Effect, Exit } from "effect"
import type { CancelScope } from "ferrule"
import { type Outcome, outcomeOf, type Reason } from "../harness/Outcome.ts"
import { Overtaken, type Trial } from "../harness/Trial.ts"
import type { Watched } from "../harness/Watched.ts"

/** A run of a scenario, from its beginning on. */
export interface Round {
  readonly trial: Trial
  readonly watched: Watched
}

/** What the run that nobody cancels has shown to be normal. */
export interface Normal {
  readonly ends: ReadonlyArray<Outcome | undefined>
  readonly texts: ReadonlyArray<string>
  /** Failures that reached nobody but a handler of the scenario's own. */
  readonly handled: ReadonlyArray<Reason>
  /** Ends that are as good. */
  readonly orElse?: RegExp | undefined
}

const reasonsIn = (outcome: Outcome): ReadonlyArray<Reason> =>
  "fail" in outcome ? outcome.fail.filter(([, value]) => !(value instanceof Overtaken)) : []

const isIn = (reasons: ReadonlyArray<Reason>, reason: Reason): boolean =>
  reasons.some((other) => isDeepStrictEqual(other, reason))

const reasonsOf = (failures: ReadonlyArray<CancelScope.Failure>): ReadonlyArray<Reason> =>
  reasonsIn(outcomeOf(Exit.failCause(Cause.fromReasons(failures.map(({ reason }) => reason)))))

/** Those of the failures of tasks that are in no exit and were told to no hook, each as often as it is missing. */
const unseen = ({ trial, watched }: Round, exit: Exit.Exit<unknown, unknown>): ReadonlyArray<Reason> => {
  const seen: Array<Reason> = [
    ...[exit, ...trial.exits].flatMap((end) => (end === undefined ? [] : reasonsIn(outcomeOf(end)))),
    ...trial.reports.flatMap(({ cause }) => reasonsIn(outcomeOf(Exit.failCause(cause))))
  ]
  return reasonsOf(watched.failures).filter((reason) => {
    const index = seen.findIndex((other) => isDeepStrictEqual(other, reason))
    if (index >= 0) seen.splice(index, 1)
    return index < 0
  })
}

/** How it ended, and then the programs that it started. */
const endsOf = ({ trial }: Round, exit: Exit.Exit<unknown, unknown>): ReadonlyArray<Outcome | undefined> =>
  [exit, ...trial.exits].map((end) => end && outcomeOf(end))

export const normalOf = (round: Round, exit: Exit.Exit<unknown, unknown>): Normal => ({
  ends: endsOf(round, exit),
  texts: endsOf(round, exit).map(show),
  handled: unseen(round, exit)
})

/** A cancelled program ends as it would have, or with nothing but the cancel and what it fails with anyhow. */
const strangeEnds = (round: Round, exit: Exit.Exit<unknown, unknown>, normal: Normal): ReadonlyArray<string> => {
  const own = reasonsOf(round.watched.failures)
  return endsOf(round, exit).flatMap((outcome, index) => {
    const usual = normal.ends[index]
    if (outcome === undefined || show(outcome) === normal.texts[index]) return []
    if (normal.orElse?.test(show(outcome)) === true) return []
    const expected = [...own, ...(usual === undefined ? [] : reasonsIn(usual))]
    const strange = reasonsIn(outcome).filter((reason) => reason[0] !== "Interrupt" && !isIn(expected, reason))
    if ("fail" in outcome && strange.length === 0) return []
    const which = index === 0 ? "it" : `program ${index}`
    return [`${which} ended with ${show(outcome)}, and when nobody cancels with ${show(usual)}`]
  })
}

/** Fibers have other numbers in each run. */
const show = (value: unknown): string =>
  inspect(value, { breakLength: Infinity, compact: true, depth: 8 }).replaceAll(/fiber \d+/g, "a fiber")

/** What does not hold, one line each. */
export const problemsOf = (
  round: Round,
  exit: Exit.Exit<unknown, unknown>,
  normal: Normal
): Effect.Effect<ReadonlyArray<string>> => {
  const { trial, watched } = round
  const lost = unseen(round, exit).filter((reason) => !isIn(normal.handled, reason))
  return Effect.map(trial.books.problems, (books) => [
    ...trial.broken,
    ...lost.map((reason) => `lost: ${show(reason)}`),
    ...strangeEnds(round, exit, normal),
    ...trial.ledger.problems,
    ...watched.wrong,
    ...books
  ])
}
