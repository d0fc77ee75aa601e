import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect } from "effect"
import type { HttpServerError } from "effect/http"
import { createServer, type Server } from "node:http"
import { DemoError } from "../cli/Demo.ts"

/** Node waits minutes for a client that never finishes its request; these limits answer it with 408 instead. */
export const makeNodeServer = (): Server =>
  createServer({ headersTimeout: 2_000, requestTimeout: 4_000, connectionsCheckingInterval: 500 })

const cannotListen = (port: number) => (error: HttpServerError.ServeError) => {
  const code = error.cause instanceof Error && "code" in error.cause ? error.cause.code : undefined
  return new DemoError({
    message:
      code === "EADDRINUSE"
        ? `Port ${port} is in use. Give another with --port, or --port 0 for any free one.`
        : code === "EACCES"
          ? `Port ${port} is not open to you. Give one above 1023 with --port.`
          : `Cannot listen on port ${port}: ${String(error.cause)}`,
    exitCode: 1
  })
}

/** Listens on this machine only; the address is `http://127.0.0.1:<port>`. Closed with the resource scope. */
export const listen = Effect.fnUntraced(function* (node: Server, port: number) {
  const server = yield* NodeHttpServer.make(() => node, {
    host: "127.0.0.1",
    port,
    // Who closes our servers has drained them, or is in a hurry; effect's own grace is 20 seconds.
    disablePreemptiveShutdown: true
  }).pipe(Effect.mapError(cannotListen(port)))
  const bound = node.address()
  const url = `http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : port}`
  return { server, url }
})
