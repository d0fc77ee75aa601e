import { Effect, Option } from "effect"
import { Timeout } from "ferrule"
import type { Server } from "node:http"
import * as net from "node:net"

// `http.Server.close` also cuts connections that are idle at this instant, and a client that is about to use one gets
// a reset. So only the listening ends here, every answer from now on says `Connection: close` (see `serve.ts`), and
// what stayed silent for this long is cut.
const silence = "200 millis"

// A client that does not read its answer must not keep the server for ever.
const patience = "10 seconds"

const closed = (node: Server) =>
  Effect.callback<void>((resume) => {
    net.Server.prototype.close.call(node, () => resume(Effect.void))
  })

const cutSilent = (node: Server) =>
  Effect.sleep(silence).pipe(Effect.andThen(Effect.sync(() => node.closeIdleConnections())), Effect.forever)

/** Takes no new connection, lets every request that arrived be answered, completes when the last connection is gone. */
export const drain = (node: Server): Effect.Effect<void> =>
  Effect.raceFirst(closed(node), cutSilent(node)).pipe(
    Timeout.moveOnAfter(patience),
    Effect.map((drained) => {
      if (Option.isNone(drained)) node.closeAllConnections()
    })
  )
