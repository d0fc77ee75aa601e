import { causeOf, failuresIn } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { LeftBehind } from "../LeftBehind.ts"

/**
 * Fails with what was left behind, after the program's own failures. Beside defects it is a defect: otherwise the cause
 * would hold it alone, and a test that failed on an assertion would not show that.
 */
export const besideLeft = <E>(
  left: LeftBehind,
  exit: Exit.Exit<unknown, E> | undefined
): Effect.Effect<never, E | LeftBehind> => {
  const own = exit === undefined || Exit.isSuccess(exit) ? [] : failuresIn(exit.cause, "program")
  const typed = own.length === 0 || own.some(({ reason }) => Cause.isFailReason(reason))
  const beside: Cause.Cause<LeftBehind> = typed ? Cause.fail(left) : Cause.die(left)
  return Effect.failCause(causeOf<E | LeftBehind>([...own, ...failuresIn(beside, "program")]))
}
