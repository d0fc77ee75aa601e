/** A server on this machine that can neither end, nor hold up, nor keep alive the program that it is in. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { lstatSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { connect, type ListenOptions } from "node:net"
import { CannotListen } from "../CannotListen.ts"
import type { Answer, Question } from "./answer.ts"

/** Whoever asks faster, or more at once, is hung up on: connections are files of the program, of which it has not many. */
const mostConnections = 32
const options = { requestTimeout: 5_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 5_000 }

const makeServer = (answer: (question: Question) => Answer): Server => {
  const server = createServer(options, ({ method = "", url = "/", headers }, response) => {
    const { body, status } = answer({ method, path: url, host: headers.host, authorization: headers.authorization })
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff"
    })
    response.end(body)
  })
  server.maxConnections = mostConnections
  // Nobody lives longer because somebody might look at it, or does.
  server.unref()
  server.on("connection", (socket) => void socket.unref())
  return server
}

const becauseOf = (error: NodeJS.ErrnoException): string =>
  error.code === "EADDRINUSE" ? "it is in use" : error.message

const listening = (server: Server, where: ListenOptions, address: string) =>
  Effect.callback<void, CannotListen>((resume) => {
    const failed = (error: unknown): void =>
      resume(Effect.fail(new CannotListen({ address, because: becauseOf(error as NodeJS.ErrnoException) })))
    // It stays: what fails later, a connection that cannot be accepted say, must not end the program.
    server.on("error", failed)
    try {
      server.listen(where, () => resume(Effect.void))
    } catch (error) {
      failed(error)
    }
  })

const closing = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Whether it is the socket of a program that was killed. */
const isLeftOver = (path: string): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return resume(Effect.succeed(false))
    const client = connect(path, () => {
      client.destroy()
      resume(Effect.succeed(false))
    })
    client.on("error", ({ code }: NodeJS.ErrnoException) => resume(Effect.succeed(code === "ECONNREFUSED")))
  })

/** Takes away what a program left that was killed: it could not start again where it is given a path. */
const cleared = (path: string | undefined): Effect.Effect<void> =>
  path === undefined
    ? Effect.void
    : Effect.map(isLeftOver(path), (is) => {
        if (is) rmSync(path, { force: true })
      })

/** Answers there until the resource scope ends. */
export const localServer = (
  answer: (question: Question) => Answer,
  where: { readonly path: string } | { readonly host: string; readonly port: number },
  address: string
): Effect.Effect<Server, CannotListen, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      yield* cleared("path" in where ? where.path : undefined)
      const server = makeServer(answer)
      yield* listening(server, where, address)
      return server
    }),
    closing
  )
