import { Deferred, Effect, Exit, Option } from "effect"
import { Timeout } from "ferrule"
import type { Server } from "node:http"
import * as net from "node:net"

// What stayed silent for this long after the stop is cut.
const silence = "200 millis"

// A client that does not read its answer must not keep the server for ever.
const patience = "10 seconds"

// The first turn may be the rest of the running one, in which nothing is accepted any more.
const quietTurns = 3
const maxTurns = 5_000

/**
 * Ends the listening without cutting off who is already there. Two traps, both seen as resets under load: node accepts
 * one connection a turn of the event loop, and closing resets those that still queue, so wait for turns that bring
 * none; and `http.Server.close` also cuts connections that are idle at this instant, which a client may be about to
 * use, so only the `net.Server` part of it is done.
 */
const stopListening = (node: Server) =>
  Effect.callback<void>((resume) => {
    let quiet = 0
    let turns = 0
    const onConnection = () => {
      quiet = 0
    }
    const look = () => {
      if (quiet++ < quietTurns && turns++ < maxTurns) {
        setImmediate(look)
      } else {
        node.off("connection", onConnection)
        net.Server.prototype.close.call(node)
        resume(Effect.void)
      }
    }
    node.on("connection", onConnection)
    look()
  })

const cutSilent = (node: Server) =>
  Effect.sleep(silence).pipe(Effect.andThen(Effect.sync(() => node.closeIdleConnections())), Effect.forever)

/**
 * Lets every request that arrived be answered and completes when the last connection is gone. From `onStopped` on no
 * connection is taken, and every answer has to say `Connection: close`.
 */
export const drain = Effect.fnUntraced(function* (node: Server, onStopped: () => void) {
  const gone = yield* Deferred.make<void>()
  node.once("close", () => Deferred.doneUnsafe(gone, Exit.void))
  yield* stopListening(node)
  onStopped()
  const drained = yield* Effect.raceFirst(Deferred.await(gone), cutSilent(node)).pipe(Timeout.moveOnAfter(patience))
  if (Option.isNone(drained)) node.closeAllConnections()
})
