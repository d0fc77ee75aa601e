import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { type FetchRules, fetchPage } from "../src/scraping/fetchPage.ts"
import { serveLoopback } from "../src/scraping/serveLoopback.ts"
import { localSite } from "../src/scraping/site/localSite.ts"

const rules: FetchRules = { isStored: () => false, onRetry: () => Effect.void }

interface Reply {
  readonly body?: string | Uint8Array
  readonly status?: number
  readonly headers?: Record<string, string>
}

/** Serves replies by path and counts what is asked for. */
const serve = Effect.fnUntraced(function* (replies: Readonly<Record<string, Reply>>) {
  const asked: Array<string> = []
  const at = yield* serveLoopback(
    Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => {
      asked.push(url)
      const { body = "", headers = {}, status = 200 } = replies[url] ?? { status: 404 }
      const bytes = typeof body === "string" ? Buffer.from(body) : body
      return HttpServerResponse.uint8Array(bytes, { status, headers: { "content-type": "text/html", ...headers } })
    })
  )
  return { at, asked }
})

describe("fetchPage", () => {
  it.live("undoes each encoding and character set, and counts decoded bytes", () =>
    Effect.gen(function* () {
      const html = "<title>Grüße</title>" + "x".repeat(1000)
      const encoded = (encoding: string, body: Uint8Array) => ({ body, headers: { "content-encoding": encoding } })
      const { at } = yield* serve({
        "/gzip": encoded("gzip", gzipSync(html)),
        "/br": encoded("BR", brotliCompressSync(html)),
        "/deflate": encoded("deflate", deflateSync(html)),
        "/raw": encoded("deflate", deflateRawSync(html)),
        "/twice": encoded("deflate, gzip", gzipSync(deflateSync(html))),
        "/plain": { body: html },
        "/latin": {
          body: Buffer.from(html, "latin1"),
          headers: { "content-type": "text/html; charset=ISO-8859-1" }
        },
        "/meta": { body: Buffer.from(`<meta charset="windows-1252">${html}`, "latin1") }
      })
      for (const path of ["/gzip", "/br", "/deflate", "/raw", "/twice", "/plain", "/latin", "/meta"]) {
        const fetched = yield* fetchPage(new URL(path, at), rules)
        assert(fetched._tag === "Page", path)
        assert.strictEqual(fetched.page.title, "Grüße", path)
        const bytes = path === "/latin" ? html.length : path === "/meta" ? html.length + 29 : Buffer.byteLength(html)
        assert.strictEqual(fetched.page.bytes, bytes, path)
      }
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.live("gives up on what is damaged, too big or encoded as nobody asked for", () =>
    Effect.gen(function* () {
      const { at } = yield* serve({
        "/damaged": { body: gzipSync("x".repeat(10_000)).subarray(0, 30), headers: { "content-encoding": "gzip" } },
        "/zstd": { body: "?", headers: { "content-encoding": "zstd" } },
        "/bomb": { body: gzipSync(Buffer.alloc(50 * 2 ** 20)), headers: { "content-encoding": "gzip" } },
        "/deep": { body: "<i>".repeat(20_000) },
        "/refused": { status: 403 }
      })
      const before = process.memoryUsage().rss
      const errorOf = (path: string) => Effect.map(Effect.flip(fetchPage(new URL(path, at), rules)), ({ _tag }) => _tag)
      assert.strictEqual(yield* errorOf("/damaged"), "Unreadable")
      assert.strictEqual(yield* errorOf("/zstd"), "Unreadable")
      assert.strictEqual(yield* errorOf("/deep"), "Unreadable")
      assert.strictEqual(yield* errorOf("/bomb"), "TooBig")
      assert.strictEqual(yield* errorOf("/refused"), "Refused")
      assert.isBelow(process.memoryUsage().rss - before, 4 * 4 * 2 ** 20)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.live("never asks another origin, wherever a redirect leads", () =>
    Effect.gen(function* () {
      const secret = yield* serve({ "/": { body: "SECRET" } })
      const { at } = yield* serve({ "/out": { status: 302, headers: { location: secret.at.href } } })
      assert.deepStrictEqual(yield* fetchPage(new URL("/out", at), rules), { _tag: "OffOrigin", url: secret.at.href })
      assert.deepStrictEqual(secret.asked, [])
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.live("follows five redirects and no sixth", () =>
    Effect.gen(function* () {
      const hop = (to: string): Reply => ({ status: 301, headers: { location: to } })
      const hops = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`/${n}`, hop(`/${n + 1}`)]))
      const { asked, at } = yield* serve({ ...hops, "/6": { body: "end" } })
      assert.strictEqual((yield* fetchPage(new URL("/1", at), rules))._tag, "Page")
      asked.length = 0
      const error = yield* Effect.flip(fetchPage(new URL("/0", at), rules))
      assert(error._tag === "RedirectsWithoutEnd")
      assert.deepStrictEqual(
        error.chain.map((url) => new URL(url).pathname),
        ["/0", "/1", "/2", "/3", "/4", "/5", "/6"]
      )
      assert.deepStrictEqual(asked, ["/0", "/1", "/2", "/3", "/4", "/5"])
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.live("asks again where that may help, four times in all, and not otherwise", () =>
    Effect.gen(function* () {
      const { asked, at } = yield* serve({ "/busy": { status: 503 }, "/forbidden": { status: 403 } })
      yield* Effect.flip(fetchPage(new URL("/busy", at), rules))
      yield* Effect.flip(fetchPage(new URL("/forbidden", at), rules))
      assert.deepStrictEqual(asked, ["/busy", "/busy", "/busy", "/busy", "/forbidden"])
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.live("ends an endless page at the limit and a page that never answers when it is cancelled", () =>
    Effect.gen(function* () {
      const at = yield* localSite(1000)
      for (const path of ["/huge/0", "/huge/1"]) {
        assert.strictEqual((yield* Effect.flip(fetchPage(new URL(path, at), rules)))._tag, "TooBig")
      }
      const cut = yield* Effect.timeoutOption(fetchPage(new URL("/stuck/0", at), rules), "100 millis")
      assert.strictEqual(cut._tag, "None")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )
})
