import { createReadStream } from "node:fs"
import { readdir, readFile, realpath, stat } from "node:fs/promises"
import { extname, join, relative, sep } from "node:path"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Effect, type Scope } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { DemoError } from "../cli/Demo.ts"
import { normaliseUrl } from "./normaliseUrl.ts"
import { serveLoopback } from "./serveLoopback.ts"

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".htm": "text/html",
  ".xhtml": "application/xhtml+xml"
}

const isHtml = (file: string): boolean => extname(file).toLowerCase() in TYPES

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: (cause) => cause as Error })

/** The one address of a file: the smallest encoding of its path. */
const addressOf = (base: URL, path: string): URL => {
  const url = new URL(base)
  url.pathname = path.split(sep).join("/").replaceAll("%", "%25").replaceAll("\\", "%5C")
  return normaliseUrl(url.href) ?? url
}

const notFound = HttpServerResponse.text("there is no such file", { status: 404 })

const fileResponse = Effect.fnUntraced(function* (file: string) {
  const contentType = TYPES[extname(file).toLowerCase()] ?? "application/octet-stream"
  if (isHtml(file)) return HttpServerResponse.uint8Array(yield* attempt(() => readFile(file)), { contentType })
  const body = NodeStream.fromReadable({ evaluate: () => createReadStream(file), onError: (cause) => cause as Error })
  return HttpServerResponse.stream(body, { contentType })
})

// Each file has one address; any other way to name it, and a folder with an index, is redirected there, so that a
// crawl meets each file once.
const answer = Effect.fnUntraced(function* (root: string) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const asked = new URL(request.url, "http://127.0.0.1")
  const named = join(root, yield* Effect.try(() => decodeURIComponent(asked.pathname)))
  // A link may lead out of the folder, by its name or through a symbolic link: then there is no such file.
  const real = yield* attempt(() => realpath(named))
  if (real !== root && !real.startsWith(root + sep)) return notFound
  const isFolder = (yield* attempt(() => stat(real))).isDirectory()
  const file = isFolder ? join(named, "index.html") : named.replace(/[/\\]+$/, "")
  if (isFolder) yield* attempt(() => stat(file))
  const address = addressOf(new URL("http://127.0.0.1"), relative(root, file))
  return address.pathname === request.url
    ? yield* fileResponse(file)
    : HttpServerResponse.redirect(address.pathname, { status: 301 })
})

const answerOrExplain = (root: string) =>
  Effect.catch(answer(root), (error) => {
    const cause = error instanceof Error && "code" in error ? error.code : undefined
    return Effect.succeed(
      cause === "EACCES" ? HttpServerResponse.text("this file is not to be read", { status: 403 }) : notFound
    )
  })

/** Every HTML file of a folder and the folders in it, by name. */
const htmlFiles = Effect.fnUntraced(function* (root: string) {
  const folders = [root]
  const found: Array<string> = []
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const inside = folder
    const entries = yield* Effect.orElseSucceed(
      attempt(() => readdir(inside, { withFileTypes: true })),
      () => []
    )
    for (const entry of entries) {
      if (entry.isDirectory()) folders.push(join(inside, entry.name))
      else if (isHtml(entry.name)) found.push(join(inside, entry.name))
    }
  }
  return found.toSorted()
})

/** The folder as it is named on disk, if it is one. */
const folderAt = Effect.fnUntraced(function* (folder: string) {
  const wrong = (what: string) => new DemoError({ message: `${what} Give --dir a folder of HTML files.`, exitCode: 2 })
  const root = yield* Effect.mapError(
    attempt(() => realpath(folder)),
    () => wrong(`There is no folder "${folder}".`)
  )
  const stats = yield* Effect.mapError(
    attempt(() => stat(root)),
    (error) => wrong(`"${folder}" cannot be read: ${error.message}.`)
  )
  return stats.isDirectory() ? root : yield* wrong(`"${folder}" is not a folder.`)
})

/**
 * Serves a folder on the loopback interface until the resource scope closes, and gives the addresses to start from: its
 * index.html or, when there is none, all its HTML files.
 */
export const serveFolder = Effect.fnUntraced(function* (
  folder: string
): Effect.fn.Return<readonly [URL, ...Array<URL>], DemoError, Scope.Scope> {
  const root = yield* folderAt(folder)
  const index = join(root, "index.html")
  const hasIndex = yield* Effect.match(
    attempt(() => stat(index)),
    { onFailure: () => false, onSuccess: (stats) => stats.isFile() }
  )
  const [first, ...rest] = hasIndex ? [index] : yield* htmlFiles(root)
  if (first === undefined) {
    return yield* new DemoError({ message: `There is no HTML file in "${folder}" or below.`, exitCode: 2 })
  }
  const base = yield* serveLoopback(answerOrExplain(root))
  const address = (file: string) => addressOf(base, relative(root, file))
  return [address(first), ...rest.map(address)]
})
