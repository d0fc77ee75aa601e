import { Cause, Exit, Runtime } from "effect"

/**
 * The exit status of the app: 130 when Ctrl-C (SIGINT) ended it, 143 when SIGTERM did, as shells have it; both come after
 * the cleanup, so a server has drained. 2 for a wrong command line, 1 for any other failure.
 */
export const exitStatus: Runtime.Teardown = (exit, onExit) => {
  const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
  if (interrupted && terminated) onExit(143)
  else Runtime.defaultTeardown(exit, onExit)
}

let terminated = false
process.once("SIGTERM", () => {
  terminated = true
})
