import * as Effect from "effect/Effect"
import { randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { isOwnHost, isToken } from "../internal/answer.ts"
import type { Address } from "../internal/socketFolder.ts"
import { asset } from "./assets.ts"
import { askText } from "./ask.ts"
import { CannotAsk } from "./CannotAsk.ts"

/** What the page may do: its own script and style, and questions to where it came from. */
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
}

const json = (status: number, body: string): Reply => ({ status, type: "application/json; charset=utf-8", body })

const error = (status: number, message: string): Reply => json(status, JSON.stringify({ error: message }))

/** Where a path leads that cannot be read, `//` say. */
const nowhere = { pathname: "", search: "" }

/** The page itself tells nothing and is for everybody; what it shows is for whoever has the token. */
const replyTo = (asked: IncomingMessage, address: Address, token: string): Effect.Effect<Reply> => {
  const { pathname, search } = URL.parse(asked.url ?? "/", "http://localhost") ?? nowhere
  if (!isOwnHost(asked.headers.host)) return Effect.succeed(error(403, "asked by another name than localhost"))
  if (asked.method !== "GET") return Effect.succeed(error(405, "only GET"))
  if (pathname === "/snapshot" || pathname === "/timeline") {
    if (!isToken(asked.headers.authorization, token)) return Effect.succeed(error(401, "wrong token"))
    return askText(address, pathname + search).pipe(
      Effect.map((body) => json(200, body)),
      Effect.catchTag("CannotAsk", ({ message }) => Effect.succeed(error(502, message)))
    )
  }
  const found = asset(pathname)
  return Effect.succeed(found === undefined ? error(404, "there is no such page") : { status: 200, ...found })
}

const send = (response: ServerResponse, { body, status, type }: Reply): void => {
  response.writeHead(status, { ...headers, "content-type": type })
  response.end(body)
}

/** Serves the page for one program on this machine, until it is cancelled. */
export const web = (address: Address, port: number): Effect.Effect<never, CannotAsk> =>
  Effect.callback((resume) => {
    const token = randomBytes(24).toString("base64url")
    const server = createServer((asked, response) => {
      const reply = Effect.suspend(() => replyTo(asked, address, token))
      const answering = Effect.map(reply, (told) => send(response, told))
      Effect.runPromise(answering).catch((defect: unknown) => send(response, error(500, String(defect))))
    })
    server.on("error", ({ message }) => resume(Effect.fail(new CannotAsk({ message, status: 1 }))))
    server.listen({ host: "127.0.0.1", port }, () => {
      const bound = server.address()
      const actual = bound !== null && typeof bound === "object" ? bound.port : port
      // After `#`: it is sent to nobody, and in no log.
      console.log(`http://127.0.0.1:${actual}/#${token}`)
    })
    return Effect.callback((closed) => {
      server.close(() => closed(Effect.void))
      server.closeAllConnections()
    })
  })
