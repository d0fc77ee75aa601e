import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Effect, Stream } from "effect"
import type { HttpClientResponse } from "effect/http"
import { TooBig, Unreachable, Unreadable } from "./FetchError.ts"

type Chunks = Stream.Stream<Uint8Array, Unreachable | Unreadable | TooBig>

/** What `decodeBody` can undo, as a value for `accept-encoding`. */
export const acceptedEncodings = "gzip, deflate, br"

const DECODERS = { gzip: createGunzip, "x-gzip": createGunzip, deflate: createInflate, br: createBrotliDecompress }

const isDecoder = (name: string): name is keyof typeof DECODERS => Object.hasOwn(DECODERS, name)

const decompress = (url: string, chunks: Chunks, encoding: string): Chunks => {
  if (!isDecoder(encoding)) {
    return Stream.fail(new Unreadable({ url, why: `it is encoded as "${encoding}", which was not asked for` }))
  }
  return chunks.pipe(
    NodeStream.pipeThroughDuplex({
      evaluate: () => DECODERS[encoding](),
      onError: (cause) =>
        new Unreadable({ url, why: `its ${encoding} is damaged (${cause instanceof Error ? cause.message : "?"})` })
    })
  )
}

const limited = (url: string, chunks: Chunks, maxBytes: number): Chunks => {
  let bytes = 0
  return Stream.mapEffect(chunks, (chunk) => {
    bytes += chunk.length
    return bytes > maxBytes ? Effect.fail(new TooBig({ url, maxBytes })) : Effect.succeed(chunk)
  })
}

/** The body as it was before compression, piece by piece; fails as soon as it exceeds `maxBytes`. Run it once. */
export const decodeBody = (response: HttpClientResponse.HttpClientResponse, url: string, maxBytes: number): Chunks => {
  const encodings = (response.headers["content-encoding"] ?? "").toLowerCase().split(",")
  const raw: Chunks = Stream.mapError(
    response.stream,
    ({ reason }) => new Unreachable({ url, why: reason.cause instanceof Error ? reason.cause.message : "it broke off" })
  )
  const decoded = encodings
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding !== "identity")
    .reduceRight((chunks, encoding) => decompress(url, chunks, encoding), raw)
  return limited(url, decoded, maxBytes)
}
