import { createReadStream } from "node:fs"
import { readFile, realpath, stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { fileError, withFile } from "./FileError.ts"
import { folderAddress, pageType } from "./folderAddress.ts"
import { serveLoopback } from "./serveLoopback.ts"

const HERE = new URL("http://127.0.0.1")

const notFound = HttpServerResponse.text("there is no such file", { status: 404 })

const fileResponse = Effect.fnUntraced(function* (file: string) {
  const contentType = pageType(file)
  if (contentType !== undefined) {
    return HttpServerResponse.uint8Array(yield* withFile(() => readFile(file)), { contentType })
  }
  const body = NodeStream.fromReadable({ evaluate: () => createReadStream(file), onError: fileError })
  return HttpServerResponse.stream(body, { contentType: "application/octet-stream" })
})

// Each file has one address; any other way to name it, and a folder with an index, is redirected there, so that a
// crawl meets each file once.
const answer = Effect.fnUntraced(function* (root: string) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const named = join(root, yield* Effect.try(() => decodeURIComponent(new URL(request.url, HERE).pathname)))
  // A link may lead out of the folder, by its name or through a symbolic link: then there is no such file.
  const real = yield* withFile(() => realpath(named))
  if (real !== root && !real.startsWith(root + sep)) return notFound
  const isFolder = (yield* withFile(() => stat(real))).isDirectory()
  const file = isFolder ? join(named, "index.html") : named
  if (isFolder) yield* withFile(() => stat(file))
  const { pathname } = folderAddress(HERE, relative(root, file))
  return pathname === request.url ? yield* fileResponse(file) : HttpServerResponse.redirect(pathname, { status: 301 })
})

const answerOrExplain = (root: string) =>
  Effect.catch(answer(root), (error) =>
    Effect.succeed(
      error._tag === "FileError" && error.code === "EACCES"
        ? HttpServerResponse.text("this file is not to be read", { status: 403 })
        : notFound
    )
  )

/** Serves a folder, given by its real path, on the loopback interface until the resource scope closes. */
export const serveFolder = (root: string) => serveLoopback(answerOrExplain(root))
