/** How an effect ended, and when. */
import { Cause, Effect, Exit, Option } from "effect"
import { CancelScope, Timeout } from "ferrule"

export const errorOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined

export const isLate = (exit: Exit.Exit<unknown, unknown>): boolean => errorOf(exit) instanceof Timeout.DeadlineExceeded

/** Gives what it gives, and how long it took. */
export const timed = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const began = yield* CancelScope.now
    const exit = yield* Effect.exit(self)
    return { exit, took: (yield* CancelScope.now) - began }
  })

export const failuresOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> =>
  Exit.isFailure(exit)
    ? CancelScope.failures(exit.cause).map(({ reason }) =>
        Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : "interrupted"
      )
    : []
