import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect } from "effect"

/** effect's HttpClient on undici with connections of its own, closed with the resource scope. Interrupting a call aborts it. */
export const makeHttpClient = Effect.gen(function* () {
  const dispatcher = yield* NodeHttpClient.makeDispatcherOptions()
  return yield* NodeHttpClient.makeUndici.pipe(Effect.provideService(NodeHttpClient.Dispatcher, dispatcher))
})
