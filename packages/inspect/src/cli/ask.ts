import * as Effect from "effect/Effect"
import { type IncomingMessage, request } from "node:http"
import type { Address } from "../internal/socketFolder.ts"
import type { Snapshot } from "../Snapshot.ts"
import { CannotAsk } from "./CannotAsk.ts"

/** A program whose event loop is busy for longer is asked again by hand. */
const patience = 5_000

const optionsOf = (address: Address) =>
  "socket" in address
    ? { socketPath: address.socket, headers: { host: "localhost" } }
    : { host: "127.0.0.1", port: address.port, headers: { authorization: `Bearer ${address.token}` } }

const isGone = (error: NodeJS.ErrnoException): boolean => ["ECONNREFUSED", "ENOENT"].includes(error.code ?? "")

const read = (response: IncomingMessage, done: (body: string) => void): void => {
  const chunks: Array<Buffer> = []
  response.on("data", (chunk: Buffer) => chunks.push(chunk))
  response.on("end", () => done(Buffer.concat(chunks).toString("utf8")))
}

/** What the program at `address` answers to `path`, as text. A cancel hangs up. */
export const askText = (address: Address, path: string): Effect.Effect<string, CannotAsk> =>
  Effect.callback<string, CannotAsk>((resume) => {
    const failed = (message: string, gone = false): void =>
      resume(Effect.fail(new CannotAsk({ message: `process ${address.pid} ${message}`, status: 1, isGone: gone })))
    const asked = request({ ...optionsOf(address), path, timeout: patience }, (response) => {
      response.on("error", (error) => failed(`stopped in the middle of its answer: ${error.message}`))
      read(response, (body) =>
        response.statusCode === 200 ? resume(Effect.succeed(body)) : failed(`says ${response.statusCode}: ${body}`)
      )
    })
    asked.on("timeout", () => {
      failed(`has not answered for ${patience / 1000} s: its event loop is busy, or it is stopped`)
      asked.destroy()
    })
    asked.on("error", (error) => failed(`cannot be asked: ${error.message}`, isGone(error)))
    asked.end()
    return Effect.sync(() => asked.destroy())
  })

const snapshotIn = (body: string): Snapshot | undefined => {
  try {
    const found = JSON.parse(body) as Partial<Snapshot> | null
    const isWhole = [found?.nodes, found?.resources, found?.findings].every((part) => Array.isArray(part))
    return isWhole ? (found as Snapshot) : undefined
  } catch {
    return undefined
  }
}

/** The snapshot of the program at `address`. */
export const askSnapshot = (address: Address): Effect.Effect<Snapshot, CannotAsk> =>
  Effect.flatMap(askText(address, "/snapshot"), (body) => {
    const snapshot = snapshotIn(body)
    const message = `process ${address.pid} answers, but not with a snapshot: it runs another version, or something else listens there`
    return snapshot === undefined ? Effect.fail(new CannotAsk({ message, status: 1 })) : Effect.succeed(snapshot)
  })
