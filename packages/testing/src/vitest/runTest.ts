import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scheduler from "effect/Scheduler"
import type * as V from "vitest"
import { nextTurn } from "../internal/nextTurn.ts"
import { sayBeside } from "./sayBeside.ts"
import { testFailure } from "./testFailure.ts"

/** What a test runs, and what is said beside its failure. */
export interface Subject {
  readonly program: Effect.Effect<unknown, unknown>
  readonly note: string
  /** Said instead when its time is up. */
  readonly whenLate?: string
}

/** Vitest waits no longer once the time of a test is up; its cleanup has to be over before the next test begins. */
const awaitCleanup = (context: V.TestContext, running: Promise<unknown>): void => {
  const onAbort = (): void => context.onTestFinished(() => running.then(() => undefined))
  context.signal.addEventListener("abort", onAbort, { once: true })
  void running.then(() => context.signal.removeEventListener("abort", onAbort))
  // Another attempt of a test whose time is up has its signal.
  if (context.signal.aborted) onAbort()
}

/** Runs it for vitest, and fails with what is readable there. */
export const runTest = async (context: V.TestContext, make: () => Subject): Promise<void> => {
  const { note, program, whenLate = note } = make()
  context.onTestFailed(({ signal, task }) => sayBeside(task.result?.errors, signal.aborted ? whenLate : note))
  // Vitest's fake timers may be on, and nobody moves them on for Effect's own turns.
  const scheduler = new Scheduler.MixedScheduler("async", nextTurn)
  const running = Effect.runPromiseExit(program, { signal: context.signal, scheduler })
  awaitCleanup(context, running)
  const exit = await running
  if (Exit.isFailure(exit)) throw testFailure(exit.cause, note)
}
