/**
 * What a group knows, and what follows from it: no effects, no clock, no fibers. Failures and exits are values here.
 *
 *   open      the body runs, or it has ended and tasks still run. Tasks may be spawned.
 *   closing   the group is marked, or it was asked to close. Tasks spawned now never begin.
 *   over      body and tasks have ended, and only the body's resources are left. To spawn is misuse.
 *
 *   open → closing            when its node is marked, from outside or because a function here has answered that the
 *                             group is to be cancelled; or by `close`.
 *   open, closing → over      by `end`, when `next` has answered "goOn", or when the node ends without having run.
 *
 * Whether the node is `marked` only the node knows: who asks says so.
 *
 * Invariant: `live` and `daemons` count the tasks that were spawned and have not ended, begun or not; `bursts` the
 * fibers that are about to start some. The body's fiber waits until all are 0.
 * Invariant: no daemon is told to go while the body, another task or a burst is there; then every one is.
 * Invariant: a failure that was handed in and not taken is in exactly one of `bodyFailures`, `failures` and `late`.
 * Invariant: of all failures and decisions one at most is answered with "cancel the group".
 */
import type { CancelTrace, Failure } from "@ferrule/runtime"
import * as Exit from "effect/Exit"

/** What spawning into the group comes to. */
export type Phase = "open" | "closing" | "over"

/** What the end of a task, a burst or the body leads to: nothing yet, daemons told to go, or the body's fiber goes on. */
export type Next = "wait" | "tellDaemons" | "goOn"

/** How the group ends: with its failures, by decision, cut off by a cancel, or as its body did. */
export type Ending = "failed" | "decided" | "cut" | "body"

export interface GroupState {
  spawned: number
  live: number
  daemons: number
  bursts: number
  /** A daemon was spawned since daemons were last told to go. */
  untold: boolean
  daemonsTold: boolean
  over: boolean
  /** A failure has led to the cancel of the group. */
  failing: boolean
  decided: boolean
  /** By whom, and when, the group was asked to close. */
  closed: CancelTrace | undefined
  bodyExit: Exit.Exit<unknown, unknown> | undefined
  bodyFailures: Array<Failure>
  failures: Array<Failure>
  /** What nobody is given, because it came after the group had its result: it only goes to the failure hook. */
  late: Array<Failure>
}

/** One list for all groups that have none of them, as most have; `keep` adds nothing to it. */
const none: Array<Failure> = []

const interrupted = Exit.interrupt()

export const newGroup = (): GroupState => ({
  spawned: 0,
  live: 0,
  daemons: 0,
  bursts: 0,
  untold: false,
  daemonsTold: false,
  over: false,
  failing: false,
  decided: false,
  closed: undefined,
  bodyExit: undefined,
  bodyFailures: none,
  failures: none,
  late: none
})

export const phaseOf = (state: GroupState, marked: boolean): Phase => {
  if (state.over) return "over"
  return marked || state.closed !== undefined ? "closing" : "open"
}

export const taskSpawned = (state: GroupState, daemon: boolean): void => {
  if (daemon) {
    state.daemons++
    state.untold = true
  } else state.live++
}

export const taskEnded = (state: GroupState, daemon: boolean): void => {
  if (daemon) state.daemons--
  else state.live--
}

export const burstBegan = (state: GroupState): void => {
  state.bursts++
}

export const burstEnded = (state: GroupState): void => {
  state.bursts--
}

export const bodyEnded = (state: GroupState, exit: Exit.Exit<unknown, unknown>): void => {
  state.bodyExit = exit
}

/** The body has failed, or was interrupted, with `failed`. Says whether the group is to be cancelled. */
export const bodyFailed = (state: GroupState, failed: ReadonlyArray<Failure>, marked: boolean): boolean => {
  // The body's come first, unless it was cancelled: what its cleanup died of came after what cancelled it.
  keep(state, marked ? "failures" : "bodyFailures", failed)
  return startFailing(state, marked)
}

/**
 * A task has ended with `failed`, which somebody has `taken` over from the group or not. Says whether the group is to
 * be cancelled: a task that was only cancelled does not touch it.
 */
export const taskFailed = (
  state: GroupState,
  failed: ReadonlyArray<Failure>,
  taken: boolean,
  daemon: boolean,
  marked: boolean
): boolean => {
  if (taken) {
    keep(state, "late", riding(failed))
    return false
  }
  if (failed.length === 0) return false
  // The group had all it was there for when it told its daemons to go: how they clean up does not change that.
  if (daemon && state.daemonsTold && !marked) {
    keep(state, "late", failed)
    return false
  }
  keep(state, "failures", failed)
  return startFailing(state, marked)
}

/** The body's resources have failed to close. */
export const releaseFailed = (state: GroupState, failed: ReadonlyArray<Failure>): void =>
  keep(state, "failures", failed)

/** Failures that nobody asks for any more. */
export const keepLate = (state: GroupState, failed: ReadonlyArray<Failure>): void => keep(state, "late", failed)

/** What the group is there for has been had. Says whether the group is to be cancelled. */
export const decide = (state: GroupState): boolean => {
  if (state.decided) return false
  state.decided = true
  return true
}

/** From now on no task begins that is not spawned yet. The first who asked for it stays known. */
export const close = (state: GroupState, trace: CancelTrace): void => {
  state.closed ??= trace
}

/** To be called, and obeyed, whenever a task, a burst or the body has ended. */
export const next = (state: GroupState): Next => {
  if (state.bodyExit === undefined || state.live > 0 || state.bursts > 0) return "wait"
  if (state.daemons === 0) return "goOn"
  // Else every end of a daemon would look through all of them.
  if (!state.untold) return "wait"
  state.untold = false
  state.daemonsTold = true
  return "tellDaemons"
}

/**
 * Nobody spawns into it any more. If it was cut off, its body's value counts no more: who is not told of the cancel
 * itself would go on with it.
 */
export const end = (state: GroupState, marked: boolean): void => {
  state.over = true
  const { bodyExit } = state
  if (bodyExit?._tag === "Success" && endingOf(state, marked) === "cut") state.bodyExit = interrupted
}

/** Takes all that it holds, as the group's result: what comes after it is in `state`, and nobody is given it. */
export const take = (state: GroupState): GroupState => {
  const taken = { ...state }
  state.bodyFailures = state.failures = state.late = none
  return taken
}

/** Its failures so far: the body's first, then in time order. */
export const failuresOf = (state: GroupState): Array<Failure> => state.bodyFailures.concat(state.failures)

/** How the group ends, as things stand. */
export const endingOf = (state: GroupState, marked: boolean): Ending => {
  if (state.bodyFailures.length > 0 || state.failures.length > 0) return "failed"
  if (state.decided) return "decided"
  return marked ? "cut" : "body"
}

const startFailing = (state: GroupState, marked: boolean): boolean => {
  if (state.failing || marked) return false
  state.failing = true
  return true
}

/** Whoever takes an error over sees it, and not the defects that ride along. */
const riding = (failed: ReadonlyArray<Failure>): ReadonlyArray<Failure> =>
  failed.some(({ reason }) => reason._tag === "Fail") ? failed.filter(({ reason }) => reason._tag === "Die") : []

// One by one: spread into one call, a hundred thousand of them would not fit on the stack.
const keep = (state: GroupState, where: "bodyFailures" | "failures" | "late", failed: ReadonlyArray<Failure>): void => {
  if (failed.length === 0) return
  if (state[where] === none) state[where] = []
  for (const failure of failed) state[where].push(failure)
}
