import { BrokenByCancel, cancelEverywhere } from "@ferrule/testing"
import { Cause, Effect, Exit, References } from "effect"
import { Runtime } from "ferrule"
import { Overtaken, Trial } from "../harness/Trial.ts"
import { Watched } from "../harness/Watched.ts"
import { type Normal, normalOf, problemsOf, type Round } from "./judged.ts"

/** What is cancelled everywhere. */
export interface Cancellable {
  readonly id: string
  readonly program: (trial: Trial) => Effect.Effect<unknown, unknown>
  /** Ends that a program may have as well, because the fiber that is held up for the cancel has waited. */
  readonly orElse?: RegExp | undefined
}

export interface CancelledVerdict {
  readonly id: string
  /** Steps of the program when nobody cancels it. */
  readonly steps: number
  readonly runs: number
  /** How many points it could have been cancelled at. */
  readonly points: number
  readonly millis: number
  /** What was broken first, and where. */
  readonly failure: string | undefined
}

/** What the tools that watch are given: they are asked for before a round has begun. */
const watchedBy = (round: () => Round): Runtime.Observer => ({
  taskStarted: (id, parent, name) => round().watched.taskStarted(id, parent, name),
  taskWaiting: () => {},
  taskEnded: (id, exit) => round().watched.taskEnded(id, exit),
  scopeOpened: (id, parent, name) => round().watched.scopeOpened(id, parent, name),
  scopeCancelled: (id, trace) => round().watched.scopeCancelled(id, trace),
  scopeClosed: (id) => round().watched.scopeClosed(id),
  resourceOpened: (resource) => round().watched.resourceOpened(resource),
  resourceClosed: (resource) => round().watched.resourceClosed(resource)
})

const begin = Effect.clockWith((clock) =>
  Effect.sync((): Round => {
    const trial = new Trial(clock, 0, true)
    return { trial, watched: new Watched(trial.ledger) }
  })
)

/** Cancels the program at every step, or at as many points of each kind as `samples` says, and says what is broken. */
export const runCancelled = ({ id, orElse, program }: Cancellable, samples?: number): Effect.Effect<CancelledVerdict> =>
  Effect.suspend(() => {
    let round: Round
    // By way: what is around the program is in the paths of its traces.
    const normals = new Map<boolean, Normal>()
    let runs = 0
    const setUp = Effect.map(begin, (begun) => (round = begun))
    const invariant = (present: Round, exit: Exit.Exit<unknown, unknown>) => {
      runs++
      const { inScope } = present.watched
      if (!normals.has(inScope)) normals.set(inScope, normalOf(present, exit))
      if (!present.trial.overtaken && present.trial.assertions === 0) throw new Error("nothing was asserted")
      return Effect.flatMap(problemsOf(present, exit, { ...normals.get(inScope)!, orElse }), (problems) =>
        problems.length === 0 ? Effect.void : Effect.die(new Error(problems.join("; ")))
      )
    }
    const onCancel = ({ trial }: Round) => void (trial.overtaken = true)
    const began = performance.now()
    return cancelEverywhere(({ trial }) => upToCancel(program(trial)), invariant, {
      setUp,
      onCancel,
      samples,
      patience: 20_000
    }).pipe(
      Effect.provideService(
        Runtime.observer,
        watchedBy(() => round)
      ),
      Effect.provideService(Runtime.failureHook, (report) => Effect.sync(() => void round.trial.reports.push(report))),
      Effect.provideService(References.MinimumLogLevel, "None"),
      Effect.exit,
      Effect.map((exit) => ({
        id,
        ...(Exit.isSuccess(exit) ? exit.value : { steps: 0, points: 0, runs }),
        millis: performance.now() - began,
        failure: Exit.isSuccess(exit) ? undefined : messageOf(exit.cause)
      }))
    )
  })

/** A program that noticed that it was overtaken ends as one that is cancelled. */
const upToCancel = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchCause(self, (cause) =>
    cause.reasons.some((reason) => Cause.isDieReason(reason) && reason.defect instanceof Overtaken)
      ? Effect.interrupt
      : Effect.failCause(cause)
  )

const messageOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return error instanceof BrokenByCancel ? error.message : Cause.pretty(cause)
}
