import * as Exit from "effect/Exit"
import type { Pipe } from "./Pipe.ts"

/** Ends a channel with any failure, as `sender.fail` does with a typed one. */
export const showFailure = <A, E>(pipe: Pipe<A, E>, failure: Exit.Exit<never, E>): void => {
  if (pipe.state.senders === 0) return
  pipe.failure = failure
  pipe.state.closeAllSenders()
}

/** What feeds the channel is gone. That is no clean end, and no interrupt, which would be taken for the receiver's own. */
export const showStopped = (pipe: Pipe<any, any>): void =>
  showFailure(
    pipe,
    Exit.die(
      new Error(
        `what feeds channel "${pipe.name}" was stopped before its end: it was interrupted, or its resource scope has closed. Receive within that scope.`
      )
    )
  )
