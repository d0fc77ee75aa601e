import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from "node:zlib"
import { Effect, Stream } from "effect"
import type { HttpClientResponse } from "effect/http"
import { TooBig, Unreachable, Unreadable } from "./FetchError.ts"

type Chunks = Stream.Stream<Uint8Array, Unreachable | Unreadable | TooBig>

/** What `decodeBody` can undo, as a value for `accept-encoding`. */
export const acceptedEncodings = "gzip, deflate, br"

// Some servers send "deflate" without the header that the word stands for.
const inflate = (bytes: Uint8Array, options: ZlibOptions): Uint8Array =>
  ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options)

const DECODERS: Readonly<Record<string, (bytes: Uint8Array, options: ZlibOptions) => Uint8Array>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflate,
  br: brotliDecompressSync
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"

const limited = (url: string, chunks: Chunks, maxBytes: number): Chunks => {
  let bytes = 0
  return Stream.mapEffect(chunks, (chunk) => {
    bytes += chunk.length
    return bytes > maxBytes ? Effect.fail(new TooBig({ url, maxBytes })) : Effect.succeed(chunk)
  })
}

// Decompressed in one step, to `maxBytes` at most: a few milliseconds. Piece by piece on another thread, each piece
// would wait for a turn of a busy event loop, and a page of 4 MiB for seconds.
const decompress = (url: string, chunks: Chunks, encoding: string, maxBytes: number): Chunks => {
  const decode = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decode === undefined) {
    return Stream.fail(new Unreadable({ url, why: `it is encoded as "${encoding}", which was not asked for` }))
  }
  return Stream.runCollect(limited(url, chunks, maxBytes)).pipe(
    Effect.flatMap((pieces) =>
      Effect.try({
        try: () => decode(Buffer.concat(pieces), { maxOutputLength: maxBytes }),
        catch: (error) =>
          isTooLarge(error)
            ? new TooBig({ url, maxBytes })
            : new Unreadable({
                url,
                why: `its ${encoding} is damaged (${error instanceof Error ? error.message : "?"})`
              })
      })
    ),
    Stream.fromEffect
  )
}

/** The body as it was before compression; fails as soon as it exceeds `maxBytes`. Run it once. */
export const decodeBody = (response: HttpClientResponse.HttpClientResponse, url: string, maxBytes: number): Chunks => {
  const raw: Chunks = Stream.mapError(
    response.stream,
    ({ reason }) => new Unreachable({ url, why: reason.cause instanceof Error ? reason.cause.message : "it broke off" })
  )
  const encodings = (response.headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity")
  return encodings.length === 0
    ? limited(url, raw, maxBytes)
    : encodings.reduceRight((chunks, encoding) => decompress(url, chunks, encoding, maxBytes), raw)
}
