import { Effect, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { serveLoopback } from "../serveLoopback.ts"
import { type SiteReply, siteReply } from "./siteReply.ts"

const ENDLESS = Buffer.from("<p>and so on and on</p>\n".repeat(10_000))

const respond = (reply: SiteReply): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  switch (reply._tag) {
    case "Bytes":
      return Effect.succeed(
        HttpServerResponse.uint8Array(reply.body, {
          status: reply.status,
          contentType: reply.type,
          ...(reply.encoding === undefined ? {} : { headers: { "content-encoding": reply.encoding } })
        })
      )
    case "Redirect":
      return Effect.succeed(HttpServerResponse.redirect(reply.to))
    case "Endless":
      return Effect.succeed(
        HttpServerResponse.stream(Stream.forever(Stream.succeed<Uint8Array>(ENDLESS)), { contentType: "text/html" })
      )
    case "Never":
      return Effect.never
  }
}

/** Serves the local site until the resource scope closes, and gives the address of its first page. */
export const localSite = Effect.fnUntraced(function* (pages: number) {
  const asked = new Map<string, number>()
  return yield* serveLoopback(
    Effect.gen(function* () {
      const { url } = yield* HttpServerRequest.HttpServerRequest
      const timesAsked = (asked.get(url) ?? 0) + 1
      asked.set(url, timesAsked)
      const reply = siteReply(url, pages, timesAsked)
      yield* Effect.sleep(reply.afterMillis)
      return yield* respond(reply)
    })
  )
})
