#!/usr/bin/env node
/** The command `ferrule-inspect`. Ctrl-C and SIGTERM cancel it, and it ends with their status. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { commandOf } from "./cli/Command.ts"
import { complain } from "./cli/complain.ts"
import { run } from "./cli/run.ts"

const statusOf = { SIGINT: 130, SIGTERM: 143 } as const

const program = run(commandOf(process.argv.slice(2))).pipe(
  Effect.catchTag("CannotAsk", ({ message, status }) =>
    Effect.sync(() => {
      complain(message)
      process.exitCode = status
    })
  )
)
const fiber = Effect.runFork(program)
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    process.exitCode = statusOf[signal]
    Effect.runFork(Fiber.interrupt(fiber))
  })
}
fiber.addObserver((exit) => {
  if (exit._tag === "Failure" && process.exitCode === undefined) {
    complain(String(exit.cause))
    process.exitCode = 1
  }
})
// `head` and the like hang up early.
process.stdout.on("error", () => process.exit())
