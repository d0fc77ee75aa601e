import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, type Scope } from "effect"
import { HttpMiddleware, HttpServer, type HttpServerRequest, type HttpServerResponse } from "effect/http"
import { DemoError } from "../cli/Demo.ts"

/**
 * Serves on a free port of the loopback interface until the resource scope closes, and gives the address.
 *
 * Connections that are still open then are closed at once: the only client has ended before.
 */
export const serveLoopback = Effect.fnUntraced(function* (
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
): Effect.fn.Return<URL, DemoError, Scope.Scope> {
  const node = createServer()
  const server = yield* NodeHttpServer.make(() => node, {
    host: "127.0.0.1",
    port: 0,
    disablePreemptiveShutdown: true
  }).pipe(
    Effect.mapError((cause) => new DemoError({ message: `Cannot serve on 127.0.0.1: ${String(cause)}`, exitCode: 1 }))
  )
  yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))
  // Effect runs handlers shielded from interruption unless they ask otherwise: a page that never answers could then
  // not be ended, neither by its client nor by us.
  yield* HttpServer.serveEffect(Effect.interruptible(answer)).pipe(
    Effect.provideService(HttpServer.HttpServer, server),
    Effect.provideService(HttpMiddleware.TracerDisabledWhen, () => true)
  )
  return new URL(HttpServer.formatAddress(server.address))
})
