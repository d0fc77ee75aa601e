import { Effect, Stream } from "effect"
import type { HttpClientResponse } from "effect/http"
import { decodeBody } from "./decodeBody.ts"
import { type TooBig, type Unreachable, Unreadable } from "./FetchError.ts"
import { makePageParser, type ParsedPage } from "./PageParser.ts"

export interface Page extends ParsedPage {
  readonly url: string
  /** The size of its HTML, after decompression. */
  readonly bytes: number
}

const MAX_PAGE_BYTES = 4 * 2 ** 20
// A page is parsed in slices with a turn of the event loop between them, so that nobody else's deadline has to wait.
const SLICE = 2 ** 16

const CHARSET = /charset\s*=\s*["']?\s*([\w-]+)/i

const decoderFor = (label: string | undefined): TextDecoder => {
  try {
    return new TextDecoder(label ?? "utf-8")
  } catch {
    // A name nobody knows: utf-8 is the best guess.
    return new TextDecoder()
  }
}

/** The character set by header, byte order mark or `<meta charset>` near the start, in this order. */
const textDecoder = (contentType: string, start: Uint8Array): TextDecoder => {
  const declared = CHARSET.exec(contentType)?.[1]
  if (declared !== undefined) return decoderFor(declared)
  if (start[0] === 0xfe && start[1] === 0xff) return decoderFor("utf-16be")
  if (start[0] === 0xff && start[1] === 0xfe) return decoderFor("utf-16le")
  return decoderFor(CHARSET.exec(Buffer.from(start.subarray(0, 1024)).toString("latin1"))?.[1])
}

/** Reads and parses a page while it arrives. */
export const readPage = (
  response: HttpClientResponse.HttpClientResponse,
  url: URL
): Effect.Effect<Page, Unreachable | TooBig | Unreadable> =>
  Effect.suspend(() => {
    const parser = makePageParser(url)
    let decoder: TextDecoder | undefined
    let bytes = 0

    const parse = (html: string) =>
      parser.write(html)
        ? Effect.void
        : Effect.fail(new Unreadable({ url: url.href, why: "its tags are nested thousands deep" }))

    const read = (chunk: Uint8Array) => {
      decoder ??= textDecoder(response.headers["content-type"] ?? "", chunk)
      bytes += chunk.length
      const html = decoder.decode(chunk, { stream: true })
      if (html.length <= SLICE) return parse(html)
      const slices = Array.from({ length: Math.ceil(html.length / SLICE) }, (_, n) =>
        html.slice(n * SLICE, (n + 1) * SLICE)
      )
      return Effect.forEach(slices, (slice) => Effect.andThen(parse(slice), Effect.yieldNow), { discard: true })
    }

    return Stream.runForEach(decodeBody(response, url.href, MAX_PAGE_BYTES), read).pipe(
      Effect.andThen(Effect.suspend(() => parse(decoder?.decode() ?? ""))),
      Effect.map(() => Object.assign(parser.end(), { url: url.href, bytes }))
    )
  })
