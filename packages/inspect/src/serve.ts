import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { dirname, join } from "node:path"
import { CannotListen } from "./CannotListen.ts"
import type { Inspector } from "./Inspector.ts"
import { type Answer, answer, type Question } from "./internal/answer.ts"
import { openFolder, socketFolder, whyNot } from "./internal/socketFolder.ts"

/**
 * Where an inspector answers. By default that is a unix socket in a folder that only this user can enter, and on Windows
 * a port of this machine.
 *
 * @category serving
 * @since 0.1.0
 */
export interface ServeOptions {
  /** The path of the socket, of at most some 100 bytes. Its folder must be this user's alone. */
  readonly socket?: string
  /** A port of 127.0.0.1 instead of a socket, 0 for any free one. Whoever asks there needs the token. */
  readonly port?: number
}

/**
 * Where an inspector answers now. `ferrule-inspect` finds it by itself.
 *
 * @category serving
 * @since 0.1.0
 */
export type Served =
  | { readonly socket: string }
  | {
      readonly port: number
      /** To be sent as `Authorization: Bearer <token>`. Whoever has it can read names and states of all tasks. */
      readonly token: string
    }

/** The longest path that every system takes for a socket. */
const longestPath = 103

let counted = 0

const listening = (server: Server, where: string | { readonly host: string; readonly port: number }, address: string) =>
  Effect.callback<void, CannotListen>((resume) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const because = error.code === "EADDRINUSE" ? "it is in use" : error.message
      resume(Effect.fail(new CannotListen({ address, because })))
    })
    server.listen(where, () => resume(Effect.void))
  })

const closing = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** What goes wrong in here must not end the program that is looked at. */
const answered = (inspector: Inspector, token: string | undefined, question: Question): Answer => {
  try {
    return answer(inspector, token, question)
  } catch (error) {
    return { status: 500, body: JSON.stringify({ error: String(error) }) }
  }
}

const makeServer = (inspector: Inspector, token: string | undefined): Server => {
  const server = createServer({ requestTimeout: 5_000 }, ({ method = "", url = "/", headers }, response) => {
    const question = { method, path: url, host: headers.host, authorization: headers.authorization }
    const { status, body } = answered(inspector, token, question)
    response.writeHead(status, {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff"
    })
    response.end(body)
  })
  // Nobody lives longer because somebody might look at it.
  server.unref()
  return server
}

const prepared = (folder: string, address: string): Effect.Effect<void, CannotListen> =>
  Effect.suspend(() => {
    try {
      openFolder(folder)
    } catch (error) {
      return Effect.fail(new CannotListen({ address, because: String(error) }))
    }
    const because = whyNot(folder)
    return because === undefined
      ? Effect.void
      : Effect.fail(new CannotListen({ address, because: `${folder}: ${because}` }))
  })

const onSocket = (inspector: Inspector, path: string) =>
  Effect.gen(function* () {
    if (Buffer.byteLength(path) > longestPath) {
      const because = `a path of a socket may have ${longestPath} bytes. Give a shorter one with \`socket\`.`
      return yield* new CannotListen({ address: path, because })
    }
    yield* prepared(dirname(path), path)
    const server = makeServer(inspector, undefined)
    yield* Effect.acquireRelease(listening(server, path, path), () => closing(server))
    return { socket: path }
  })

const onPort = (inspector: Inspector, port: number, note: string) =>
  Effect.gen(function* () {
    const token = randomBytes(24).toString("base64url")
    const server = makeServer(inspector, token)
    const address = `127.0.0.1:${port}`
    yield* prepared(dirname(note), address)
    yield* Effect.acquireRelease(listening(server, { host: "127.0.0.1", port }, address), () => closing(server))
    const bound = server.address()
    const actual = bound !== null && typeof bound === "object" ? bound.port : port
    yield* Effect.acquireRelease(
      Effect.sync(() => writeFileSync(note, JSON.stringify({ port: actual, token }), { mode: 0o600 })),
      () => Effect.sync(() => rmSync(note, { force: true }))
    )
    return { port: actual, token }
  })

/**
 * Lets `ferrule-inspect` ask an inspector, until the resource scope ends. It never keeps the process alive.
 *
 * - **Completes when** it can be asked.
 * - **Fails when** it cannot listen, with `CannotListen`.
 * - **When cancelled**, nothing is left open.
 *
 * @see layer, which also lets it watch
 * @category serving
 * @since 0.1.0
 */
export const serve = (
  inspector: Inspector,
  options: ServeOptions = {}
): Effect.Effect<Served, CannotListen, Scope.Scope> =>
  Effect.suspend((): Effect.Effect<Served, CannotListen, Scope.Scope> => {
    const count = counted++
    const name = join(socketFolder(), count === 0 ? `${process.pid}` : `${process.pid}-${count}`)
    const usesPort = options.port !== undefined || (options.socket === undefined && process.platform === "win32")
    return usesPort
      ? onPort(inspector, options.port ?? 0, `${name}.json`)
      : onSocket(inspector, options.socket ?? `${name}.sock`)
  })
