/**
 * Which attempt of a hedge starts when, and when it is decided: no effects, no clock.
 *
 *   open      verdict === undefined. `running` attempts run, of `started`.
 *   decided   verdict is set, and stays: the attempts that still run are losers.
 *
 * Invariant: 0 <= running <= started <= max. While it is open and nothing is left to do but wait, an attempt runs.
 */

/** An attempt has won, one has ended the hedge with what it failed with, or all have failed. */
export type Verdict = "won" | "broken" | "lost"

/** How an attempt ended: with a value, with an error worth another attempt, or with a defect or an interruption. */
export type AttemptEnd = "succeeded" | "failed" | "broke"

export interface HedgeState {
  readonly max: number
  started: number
  running: number
  /** The attempt that was started last has ended. */
  lastEnded: boolean
  verdict: Verdict | undefined
}

export const hedgeOf = (max: number): HedgeState => ({
  max,
  started: 0,
  running: 0,
  lastEnded: true,
  verdict: undefined
})

/** What is to be done next; `late` says that the attempt started last is slow by now. */
export const nextStep = (state: HedgeState, late: boolean): "start" | "wait" | "stop" => {
  if (state.verdict !== undefined) return "stop"
  return state.started < state.max && (state.lastEnded || late) ? "start" : "wait"
}

/** One more attempt starts; gives its number, from 1. */
export const attemptStarts = (state: HedgeState): number => {
  state.running++
  state.lastEnded = false
  return ++state.started
}

/** The attempt with this number ends; says whether it decided the hedge. */
export const attemptEnds = (state: HedgeState, attempt: number, end: AttemptEnd): boolean => {
  state.running--
  if (attempt === state.started) state.lastEnded = true
  if (state.verdict !== undefined) return false
  if (end === "succeeded") state.verdict = "won"
  else if (end === "broke") state.verdict = "broken"
  else if (state.running === 0 && state.started >= state.max) state.verdict = "lost"
  return state.verdict !== undefined
}
