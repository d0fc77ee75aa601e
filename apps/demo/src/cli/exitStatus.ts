import { Cause, Exit, Runtime } from "effect"

// What ended the app, as 128 + the number of the signal; Ctrl-C unless something else says so.
let interruptedWith = 130

process.once("SIGTERM", () => {
  interruptedWith = 143
})

// Who reads our output has gone (`npm start | head -1`): stop as for Ctrl-C, with the status of SIGPIPE.
const onOutputError = (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
  if (interruptedWith === 141) return
  interruptedWith = 141
  process.kill(process.pid, "SIGINT")
}
process.stdout.on("error", onOutputError)
process.stderr.on("error", onOutputError)

/**
 * The exit status of the app: 130 when Ctrl-C ended it, 143 when SIGTERM did, 141 when nobody reads any more, all after
 * the cleanup, so a server has drained; else 2 for a wrong command line and 1 for any other failure.
 */
export const exitStatus: Runtime.Teardown = (exit, onExit) =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
    ? onExit(interruptedWith)
    : Runtime.defaultTeardown(exit, onExit)
