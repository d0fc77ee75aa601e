import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { CannotListen } from "./CannotListen.ts"
import type { Inspector } from "./Inspector.ts"
import { type Answer, answer, type Question } from "./internal/answer.ts"
import { localServer } from "./internal/localServer.ts"
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

/** What goes wrong in here must not end the program that is looked at. */
const answering =
  (inspector: Inspector, token: string | undefined) =>
  (question: Question): Answer => {
    try {
      return answer(inspector, token, question)
    } catch (error) {
      return { status: 500, body: JSON.stringify({ error: inOneLine(error) }) }
    }
  }

const inOneLine = (error: unknown): string => {
  try {
    return String(error)
  } catch {
    return "something that cannot be shown was thrown"
  }
}

/** A file of this user's that says where to ask, until the resource scope ends. */
const noted = (file: string, address: string, note: object) =>
  Effect.andThen(
    prepared(dirname(file), address),
    Effect.acquireRelease(
      Effect.try({
        try: () => writeFileSync(file, JSON.stringify(note), { mode: 0o600 }),
        catch: (error) => new CannotListen({ address, because: inOneLine(error) })
      }),
      () => Effect.sync(() => rmSync(file, { force: true }))
    )
  )

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
    yield* localServer(answering(inspector, undefined), { path }, path)
    return { socket: path }
  })

const onGivenSocket = (inspector: Inspector, path: string, note: string) =>
  Effect.tap(onSocket(inspector, resolve(path)), (served) => noted(note, path, served))

const onPort = (inspector: Inspector, port: number, note: string) =>
  Effect.gen(function* () {
    const token = randomBytes(24).toString("base64url")
    const address = `127.0.0.1:${port}`
    const server = yield* localServer(answering(inspector, token), { host: "127.0.0.1", port }, address)
    const bound = server.address()
    const actual = bound !== null && typeof bound === "object" ? bound.port : port
    yield* noted(note, address, { port: actual, token })
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
    // Not by its number alone: other threads and copies of this module have it too, and had one that was killed.
    const name = join(socketFolder(), `${process.pid}-${randomBytes(4).toString("hex")}`)
    const { port, socket } = options
    if (port === undefined && socket !== undefined) return onGivenSocket(inspector, socket, `${name}.json`)
    const usesPort = port !== undefined || process.platform === "win32"
    return usesPort ? onPort(inspector, port ?? 0, `${name}.json`) : onSocket(inspector, `${name}.sock`)
  })
