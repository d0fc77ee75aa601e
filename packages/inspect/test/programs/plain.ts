/** A program without anything of Ferrule, until SIGTERM. */
import * as Effect from "effect/Effect"
import * as Inspect from "../../src/index.ts"

const told = Effect.callback<void>((resume) => void process.once("SIGTERM", () => resume(Effect.void)))
const living = Effect.acquireRelease(
  Effect.sync(() => setInterval(() => undefined, 1000)),
  (timer) => Effect.sync(() => clearInterval(timer))
)

const program = Effect.gen(function* () {
  yield* living
  yield* Effect.forkChild(Effect.never)
  console.log("ready")
  yield* told
})
Effect.runFork(Effect.provide(Effect.scoped(program), Inspect.layer({ program: "plain" })))
