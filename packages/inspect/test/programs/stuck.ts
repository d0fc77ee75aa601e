/** A program with nothing left to do that could end it, while somebody is connected to its inspector. */
import * as Effect from "effect/Effect"
import { connect } from "node:net"
import * as Inspect from "../../src/index.ts"

const never = Effect.callback<never>(() => undefined)

const program = Effect.gen(function* () {
  const inspector = yield* Inspect.make()
  const at = yield* Inspect.serve(inspector, { port: 0 })
  if (!("port" in at)) return process.exit(1)
  yield* Effect.callback<void>((resume) => {
    const client = connect(at.port, "127.0.0.1", () => resume(Effect.void))
    client.unref()
  })
  return yield* never
})
Effect.runFork(Effect.scoped(program))
