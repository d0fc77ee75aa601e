import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib"
import { pageBody } from "./pageBody.ts"
import { failuresOf, pageKind, pagePath, redirectsTo } from "./sitePlan.ts"
import { seeded } from "./seeded.ts"

/** What the site answers, as plain data: how, and after how long. */
export type SiteReply = { readonly afterMillis: number } & (
  | {
      readonly _tag: "Bytes"
      readonly status: number
      readonly type: string
      readonly body: Uint8Array
      readonly encoding?: string
    }
  | { readonly _tag: "Redirect"; readonly to: string }
  | { readonly _tag: "Endless" }
  | { readonly _tag: "Never" }
)

const HTML = "text/html; charset=utf-8"
const CHAIN_LENGTH = 8
const BOMB_BYTES = 16 * 2 ** 20

// Compressed when the first page of its kind is asked for, once.
const bomb = ((): (() => Uint8Array) => {
  let made: Uint8Array | undefined
  return () => (made ??= gzipSync(Buffer.alloc(BOMB_BYTES, "<p>boom"), { level: 1 }))
})()

const latency = (seed: number): number => 5 + Math.floor(seeded(seed + 31)() * 45)

const text = (status: number, body: string, afterMillis = 5): SiteReply => ({
  _tag: "Bytes",
  status,
  type: "text/plain; charset=utf-8",
  body: Buffer.from(body),
  afterMillis
})

const redirect = (to: string): SiteReply => ({ _tag: "Redirect", to, afterMillis: 5 })

const html = (body: Uint8Array, afterMillis: number, encoding?: string): SiteReply => ({
  _tag: "Bytes",
  status: 200,
  type: HTML,
  body,
  afterMillis,
  ...(encoding === undefined ? {} : { encoding })
})

const pageReply = (page: number, pages: number, timesAsked: number): SiteReply => {
  const kind = pageKind(page)
  const wait = latency(page)
  if (kind === "flaky" && timesAsked <= failuresOf(page)) return text(503, "not now, try again", wait)
  const body = pageBody(page, pages)
  if (kind === "slow") return html(body, wait + 300)
  if (kind === "gzip") return html(gzipSync(body), wait, "gzip")
  if (kind === "deflate") return html(deflateSync(body), wait, "deflate")
  if (kind === "br") {
    return html(brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }), wait, "br")
  }
  return html(body, wait)
}

// A moved page: `/moved/31` leads to `/moved/31/1`, … and at last to the page.
const movedReply = (page: number, step: number): SiteReply =>
  redirect(step + 1 >= redirectsTo(page) ? pagePath(page) : `/moved/${page}/${step + 1}`)

const trapReply = (kind: string | undefined, index: number, step: number): SiteReply | undefined => {
  switch (kind) {
    case "gone":
      return text(410, "gone")
    case "loop":
      return redirect(step === 2 ? `/loop/${index}` : `/loop/${index}/${step + 1}`)
    case "chain":
      return redirect(step + 1 === CHAIN_LENGTH ? "/" : `/chain/${index}/${step + 1}`)
    case "stuck":
      return { _tag: "Never", afterMillis: 0 }
    case "broken":
      return text(503, "always broken")
    case "huge":
      return index % 2 === 0 ? { _tag: "Endless", afterMillis: 5 } : html(bomb(), 5, "gzip")
    case "away":
      return redirect(`https://elsewhere.example/${index}`)
    case "file":
      return text(200, "<a href='/not-a-link'>a text file holds no links</a>")
    default:
      return undefined
  }
}

const PATH = /^\/(?<kind>[a-z]+)\/(?<index>\d+)(?:\.html|\.txt)?(?:\/(?<step>\d+))?$/

/** What a site with so many pages answers to a path that is asked for the `timesAsked`th time. */
export const siteReply = (path: string, pages: number, timesAsked: number): SiteReply => {
  if (path === "/") return pageReply(0, pages, timesAsked)
  const { index = "", kind, step = "0" } = PATH.exec(path)?.groups ?? {}
  const number = Number(index)
  if (kind === "p" && number > 0 && number < pages) return pageReply(number, pages, timesAsked)
  if (kind === "moved" && number < pages) return movedReply(number, Number(step))
  return trapReply(kind, number, Number(step)) ?? text(404, "there is no such page")
}
