import { type Body, type BodyR, causeOf, failuresIn, reportAll, reportDefects, runBody } from "@ferrule/runtime"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Scope } from "effect/Scope"
import type { Sender } from "../Sender.ts"
import { runAsOwner } from "./runAsOwner.ts"
import type { SenderHandle } from "./SenderHandle.ts"
import { showFailure, showStopped } from "./showFailure.ts"

/**
 * What the task of `produce` runs. It ends when the channel has been told how its body has ended. `release` runs between
 * the two; in a task that starts masked it does also if the body never began.
 */
export const producing = <A, E, B extends Body>(
  sender: SenderHandle<A, E>,
  body: (sender: Sender<A, E>) => B,
  release: Effect.Effect<void> = Effect.void
): Effect.Effect<void, never, Exclude<BodyR<B>, Scope>> => {
  const owned = runAsOwner(sender, () => Effect.scoped(runBody(body, sender)), sender.pipe.name)
  const released = Effect.ensuring(Effect.interruptible(owned), release)
  // On every exit: an interrupted fiber skips its handlers.
  const told = Effect.onExit(released, (exit) => (Exit.isFailure(exit) ? tell(sender, exit.cause) : Effect.void))
  return Effect.ignoreCause(told)
}

/** The channel fails as the producer did. Where nobody can be shown that, the failure hook is told. */
const tell = <E>({ pipe }: SenderHandle<any, E>, cause: Cause.Cause<any>): Effect.Effect<void> => {
  const failed = failuresIn(cause, pipe.name)
  const group = `channel "${pipe.name}"`
  // Given up by its readers, or ended by the body itself.
  if (pipe.state.senders === 0 || pipe.state.receivers === 0) return reportAll(failed, group)
  if (failed.length === 0) showStopped(pipe)
  else showFailure(pipe, Exit.failCause(causeOf(failed)))
  // Of a defect it is not left to the readers whether anybody sees it.
  return reportDefects(failed, group)
}
