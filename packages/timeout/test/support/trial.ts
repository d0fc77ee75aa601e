import { failureHook, type Report } from "@ferrule/runtime"
import { failures } from "@ferrule/cancel-scope"
import { Cause, Clock, Effect, Exit, Metric } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"

/** Counts the fibers that were started and have not ended. Effect calls it for every fiber whose context holds it. */
class LiveFibers implements Metric.FiberRuntimeMetricsService {
  count = 0
  recordFiberStart = (): void => void this.count++
  recordFiberEnd = (): void => void this.count--
}

/** How a program ended, when (milliseconds from its start), and what the failure hook was told. */
export interface Ended<A, E> {
  readonly exit: Exit.Exit<A, E>
  readonly at: number
  readonly reports: ReadonlyArray<Report>
}

/**
 * Runs a program on the test clock, which is moved in steps of 5 ms until the program has ended; `cancelAt` cancels it
 * from outside. When it has ended no fiber that it started may be left.
 */
export const ended = <A, E>(
  program: Effect.Effect<A, E>,
  options?: { readonly cancelAt?: number }
): Effect.Effect<Ended<A, E>> =>
  Effect.gen(function* () {
    // Before the first move of the test clock a sleep in cleanup ends at once.
    yield* TestClock.adjust(0)
    const start = yield* Clock.currentTimeMillis
    const reports: Array<Report> = []
    const live = new LiveFibers()
    const fiber = yield* Effect.forkChild(
      program.pipe(
        Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report))),
        Effect.provideService(Metric.FiberRuntimeMetrics, live)
      ),
      { startImmediately: true }
    )
    let at = 0
    for (; fiber.pollUnsafe() === undefined; at += 5) {
      if (at === options?.cancelAt) fiber.interruptUnsafe()
      yield* TestClock.adjust(0)
      if (fiber.pollUnsafe() !== undefined) break
      if (at > 10_000) throw new Error("it does not end")
      yield* TestClock.setTime(start + at + 5)
    }
    expect(live.count, "fibers left running").toBe(0)
    return { exit: fiber.pollUnsafe()!, at: (yield* Clock.currentTimeMillis) - start, reports }
  })

/** What a program failed with, in words: `Fail x`, `Die y`; `Interrupt` if nothing else. */
export const reasonsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> => {
  if (Exit.isSuccess(exit)) return [`value ${String(exit.value)}`]
  const found = failures(exit.cause).map(({ reason }) => {
    if (Cause.isFailReason(reason)) return `Fail ${tagOf(reason.error)}`
    return Cause.isDieReason(reason) ? `Die ${tagOf(reason.defect)}` : "Interrupt"
  })
  return found.length > 0 ? found : ["Interrupt"]
}

const tagOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : String(error)

/** What the hook was told, in words. */
export const told = (reports: ReadonlyArray<Report>): ReadonlyArray<string> =>
  reports.map(({ kind, cause }) => `${kind}: ${reasonsOf(Exit.failCause(cause)).join(", ")}`)

/** A value after a while. */
export const valueAfter = <A>(millis: number, value: A): Effect.Effect<A> => Effect.as(Effect.sleep(millis), value)

/** An error after a while. */
export const failureAfter = <E>(millis: number, error: E): Effect.Effect<never, E> =>
  Effect.andThen(Effect.sleep(millis), Effect.fail(error))

/** Milliseconds on the test clock. */
export const now = Clock.currentTimeMillis
