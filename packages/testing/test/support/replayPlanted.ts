/** Run as a process of its own: replays each planted fault on the token given for it, and prints how that ends. */
import { Cause, Effect, Exit } from "effect"
import { replay } from "../../src/index.ts"
import { planted } from "./planted.ts"

const tokens = process.argv.slice(2)
for (const [index, { broken }] of planted.entries()) {
  const exit = await Effect.runPromiseExit(replay(broken, tokens[index] ?? ""))
  const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
  console.log(typeof error === "object" && error !== null && "_tag" in error ? error._tag : error)
}
