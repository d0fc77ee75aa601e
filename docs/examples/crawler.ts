/**
 * A crawl: work that makes more work, each page once, so many at a time, and no host asked for more than two at once.
 * It ends by itself when nothing is left. Here it crawls two small servers of its own.
 */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Data, Effect } from "effect"
import { Limit, TaskGroup, Timeout } from "ferrule"

export class PageError extends Data.TaggedError("PageError")<{ readonly url: string; readonly why: string }> {}

interface Page {
  readonly url: string
  readonly links: ReadonlyArray<string>
}

const getPage = (url: string): Effect.Effect<Page, PageError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { signal })
      if (!response.ok) throw new Error(`${response.status}`)
      const html = await response.text()
      return { url, links: Array.from(html.matchAll(/href="([^"]+)"/g), ([, href]) => new URL(href!, url).href) }
    },
    catch: (error) => new PageError({ url, why: String(error) })
  })

/** Every page that can be reached; a page that cannot be had is a dead link, and no reason to stop. */
export const crawl = (seed: string) =>
  Effect.gen(function* () {
    const perHost = yield* Limit.keyed(() => Limit.concurrent(2))
    return yield* TaskGroup.workList(
      [seed],
      (url, add) =>
        Effect.gen(function* () {
          const page = yield* getPage(url).pipe(
            Timeout.failAfter("5 seconds"),
            perHost(new URL(url).host),
            Effect.catchTag("PageError", ({ why }) => Effect.succeed({ url, dead: why }))
          )
          if ("links" in page) yield* add(...page.links)
          return page
        }),
      { limit: 64, unique: (url) => url }
    )
  })

const requests = { now: 0, peak: 0 }

/** Serves the numbers below 50: the page of n links to 2n and 2n + 1 and, every tenth, to the other server. */
const site = (other: () => string) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer((request, response) => {
        requests.peak = Math.max(requests.peak, ++requests.now)
        const n = Number(request.url!.slice(1))
        const links = [`/${2 * n}`, `/${2 * n + 1}`, ...(n % 10 === 0 ? [`${other()}/${n + 1}`] : [])]
        setTimeout(() => {
          requests.now--
          if (n >= 50) response.writeHead(404)
          response.end(links.map((href) => `<a href="${href}">${href}</a>`).join())
        }, 5)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.closeAllConnections()).pipe(Effect.andThen(Effect.sync(() => server.close())))
  )

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const program = Effect.gen(function* () {
  const first: Server = yield* site(() => urlOf(second))
  const second: Server = yield* site(() => urlOf(first))
  const found = yield* crawl(`${urlOf(first)}/1`)
  const dead = found.filter((page) => "dead" in page)
  console.log(found.length - dead.length, "pages,", dead.length, "dead links")
  console.log("more than two at once on a host:", requests.peak > 4)
})

await Effect.runPromise(Effect.scoped(program))
// => 61 pages, 66 dead links
// => more than two at once on a host: false
