import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { DemoError, Progress } from "../src/cli/Demo.ts"
import type { Options } from "../src/scraping/Options.ts"
import { defaults, run } from "../src/scraping/scraping.ts"
import { serveLoopback } from "../src/scraping/serveLoopback.ts"
import { siteBytes } from "../src/scraping/site/pageBody.ts"
import { expectedCounts, linkedPath, pagePath } from "../src/scraping/site/sitePlan.ts"
import * as SqliteClient from "../src/sqlite/SqliteClient.ts"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "ferrule-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const pathOf = (url: string) => new URL(url).pathname

interface Kept {
  readonly page: ReadonlyArray<Readonly<{ url: string; links: number }>>
  readonly visit: ReadonlyArray<Readonly<{ url: string; outcome: string; detail: string }>>
  readonly link: ReadonlyArray<Readonly<{ source: string; target: string }>>
  readonly finished: number
}

const readFile = (filename: string) =>
  Effect.gen(function* () {
    const sql = yield* SqliteClient.make({ filename })
    const [crawl] = yield* sql<{ finished: number }>`SELECT finished FROM crawl`
    return {
      page: yield* sql`SELECT url, links FROM page ORDER BY url`,
      visit: yield* sql`SELECT * FROM visit ORDER BY url`,
      link: yield* sql`SELECT * FROM link`,
      finished: crawl?.finished ?? -1
    } as unknown as Kept
  }).pipe(Effect.scoped)

const quiet = { line: () => Effect.void, status: () => Effect.void }

/** Crawls into a file and reads it back. */
const crawlAndRead = Effect.fnUntraced(function* (options: Partial<Options>) {
  const folder = yield* temporaryFolder
  const out = join(folder, "crawl.sqlite")
  const lines: Array<string> = []
  const result = yield* run({ ...defaults, ...options, out: Option.some(out) }).pipe(
    Effect.provideService(Progress, { ...quiet, line: (text) => Effect.sync(() => void lines.push(text)) })
  )
  return { result, lines, kept: yield* readFile(out) }
})

const visited = (kept: Kept, outcome: string) =>
  Object.fromEntries(
    kept.visit.filter((visit) => visit.outcome === outcome).map(({ detail, url }) => [pathOf(url), detail])
  )

describe("scraping the local site", () => {
  const sitePages = 200

  it.live("finds exactly what the plan says, whatever the limits", () =>
    Effect.gen(function* () {
      const [wide, narrow] = yield* Effect.all(
        [
          crawlAndRead({ sitePages, pageTimeout: Option.some(3) }),
          crawlAndRead({ sitePages, pageTimeout: Option.some(3), limit: 9, perHost: Option.some(5) })
        ],
        { concurrency: 2 }
      )
      const { deadLinks, failed, offOrigin, pages } = expectedCounts(sitePages)
      for (const { kept, lines, result } of [wide, narrow]) {
        const { seconds, ...counts } = result
        assert.isAbove(seconds, 0)
        assert.deepStrictEqual(counts, { demo: "scraping", pages, bytes: siteBytes(sitePages), deadLinks, failed })
        assert.deepStrictEqual(
          kept.page.map(({ url }) => pathOf(url)),
          Array.from({ length: sitePages }, (_, page) => pagePath(page)).toSorted()
        )
        assert.strictEqual(kept.finished, 1)
        const other = new Set(kept.link.map(({ target }) => target).filter((target) => target.startsWith("https:")))
        assert.strictEqual(other.size, offOrigin)
        assert.match(lines.at(-1) ?? "", /tasks left: 0$/)
        // The site is gone with the crawl.
        const origin = /served at (\S+)/.exec(lines[0] ?? "")?.[1] ?? ""
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => fetch(origin)))))
        // Pages 7, 107 answer 503 once before they answer, pages 57, 157 twice, and the broken one is asked 4 times.
        assert.include(lines.find((line) => line.includes("on the way")) ?? "", " 9 tried again")
      }
      assert.include(narrow.lines.at(-1), "at once: up to 5;")
      const paths = ({ kept }: typeof wide) => kept.visit.map(({ outcome, url }) => `${outcome} ${pathOf(url)}`)
      assert.deepStrictEqual(paths(wide), paths(narrow))
    })
  )

  it.live("says of each page it gave up on why", () =>
    Effect.gen(function* () {
      const { kept } = yield* crawlAndRead({ sitePages: 60, pageTimeout: Option.some(2) })
      const failed = visited(kept, "failed")
      assert.deepStrictEqual(Object.keys(failed).toSorted(), [
        "/broken/0",
        "/chain/0",
        "/huge/0",
        "/loop/0",
        "/stuck/0"
      ])
      assert.match(failed["/loop/0"]!, /redirects without end: \S+\/loop\/0 → \/loop\/0\/1 → \/loop\/0\/2 → \/loop\/0$/)
      // Five redirects were followed; the sixth address is named, and was not asked for.
      assert.match(failed["/chain/0"]!, /\/chain\/0 → .*\/chain\/0\/5 → \/chain\/0\/6$/)
      assert.match(failed["/stuck/0"]!, /had not answered after 2s: its deadline cut it off/)
      assert.match(failed["/broken/0"]!, /answered 503$/)
      assert.match(failed["/huge/0"]!, /is bigger than 4 MiB$/)
      assert.deepStrictEqual(visited(kept, "dead"), { "/gone/0": "410", "/missing/0": "404" })
      assert.deepStrictEqual(visited(kept, "not html"), { "/file/0.txt": "text/plain; charset=utf-8" })
      assert.deepStrictEqual(visited(kept, "redirect"), { "/away/0": "https://elsewhere.example/0" })
      // A moved page is kept under its own address, also when nothing links to that.
      assert.match(visited(kept, "page")[linkedPath(31)]!, /\/p\/31\.html$/)
    })
  )

  it("consists of what its plan and the documents say", () => {
    expect(expectedCounts(2000)).toEqual({ pages: 2000, deadLinks: 50, failed: 20, offOrigin: 10 })
    expect(siteBytes(2000)).toBe(47_549_985)
  })
})

describe("scraping any address", () => {
  it.live("stores a page once that is reached by several ways at the same time", () =>
    Effect.gen(function* () {
      // The body ends late: all three read the page before any of them has stored it.
      const late = Stream.concat(
        Stream.succeed(Buffer.from("<title>One")),
        Stream.fromEffect(Effect.delay(Effect.succeed(Buffer.from("</title>")), "50 millis"))
      )
      const html = { contentType: "text/html" }
      let reading = 0
      const at = yield* serveLoopback(
        Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => {
          if (url === "/") {
            return HttpServerResponse.text("<a href=a></a><a href=b></a><a href=page></a>", html)
          }
          if (url !== "/page") return HttpServerResponse.redirect("/page")
          reading++
          return HttpServerResponse.stream(late, html)
        })
      )
      const { kept, result } = yield* crawlAndRead({ url: Option.some(at.href) })
      assert.strictEqual(reading, 3)
      assert.strictEqual(result.pages, 2)
      assert.deepStrictEqual(
        kept.visit.map(({ outcome, url }) => `${pathOf(url)} ${outcome}`),
        ["/ page", "/a page", "/b page", "/page page"]
      )
    })
  )
})

describe("a crawl that is cancelled in the middle", () => {
  it.live("leaves whole batches, a closed file, no sockets and no timers", () =>
    Effect.gen(function* () {
      // A turn of the event loop first: it ends the timer that woke us, and Node forgets what was closed.
      const open = Effect.map(Effect.yieldNow, () =>
        process
          .getActiveResourcesInfo()
          .filter((kind) => /TCP|Timeout|Worker|MessagePort/.test(kind))
          .toSorted()
      )
      // What an earlier test closed may take a moment to go.
      yield* Effect.repeat(open, { until: (kinds) => kinds.length === 0 })
      const folder = yield* temporaryFolder
      const out = join(folder, "crawl.sqlite")
      let updates = 0
      const fiber = yield* run({ ...defaults, out: Option.some(out) }).pipe(
        Effect.provideService(Progress, { ...quiet, status: () => Effect.sync(() => void updates++) }),
        Effect.forkChild
      )
      yield* Effect.sleep(10).pipe(Effect.repeat({ until: () => updates >= 400 }))
      assert.include(yield* open, "TCPSocketWrap")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* open, [])
      // The write-ahead log is gone: the file was closed, not left.
      assert.deepStrictEqual(readdirSync(folder), ["crawl.sqlite"])
      const kept = yield* readFile(out)
      assert.strictEqual(kept.finished, 0)
      assert.isAbove(kept.page.length, 100)
      assert.isBelow(kept.page.length, 2000)
      const links = Map.groupBy(kept.link, ({ source }) => source)
      for (const { links: expected, url } of kept.page) assert.strictEqual(links.get(url)?.length, expected)
    })
  )

  it.live("leaves no temporary file", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const usual = process.env["TMPDIR"]
      yield* Effect.acquireRelease(
        Effect.sync(() => void (process.env["TMPDIR"] = folder)),
        () =>
          Effect.sync(() => {
            if (usual === undefined) delete process.env["TMPDIR"]
            else process.env["TMPDIR"] = usual
          })
      )
      const during = yield* Deferred.make<number>()
      const fiber = yield* run({ ...defaults, sitePages: 50 }).pipe(
        Effect.provideService(Progress, {
          ...quiet,
          status: () =>
            Deferred.complete(
              during,
              Effect.sync(() => readdirSync(folder).length)
            )
        }),
        Effect.forkChild
      )
      assert.strictEqual(yield* Deferred.await(during), 1)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(readdirSync(folder), [])
    })
  )
})

describe("scraping a folder", () => {
  const page = (...links: ReadonlyArray<string>) =>
    `<!doctype html><title>T</title>${links.map((link) => `<a href="${link}">x</a>`).join("")}`

  const makeFolder = Effect.map(temporaryFolder, (outside) => {
    const folder = join(outside, "site")
    mkdirSync(join(folder, "sub"), { recursive: true })
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    writeFileSync(join(outside, "secret.html"), page())
    symlinkSync(join(outside, "secret.html"), join(folder, "leak.html"))
    write("a b.html", page("sub/", "sub/index.html#x", "sub/index.html?again", "./sub/../sub/index.html"))
    write("100%.html", page("a%20b.html", "a b.html"))
    write("wörter?.htm", page("100%25.html"))
    write("notes.txt", page("never-read.html"))
    write("sub/index.html", page("../missing.html", "/also-missing.html", "../../secret.html", "../leak.html"))
    write("alone.html", page())
    return { folder, write }
  })

  it.live("meets every file once, under one address, and nothing outside", () =>
    Effect.gen(function* () {
      const { folder, write } = yield* makeFolder
      write(
        "index.html",
        page("a b.html", "w%C3%B6rter%3F.htm", "notes.txt", "index.html", ".", "http://else.example/")
      )
      const { kept, result } = yield* crawlAndRead({ dir: Option.some(folder) })
      assert.deepStrictEqual(
        kept.page.map(({ url }) => pathOf(url)),
        ["/100%25.html", "/a%20b.html", "/index.html", "/sub/index.html", "/w%C3%B6rter%3F.htm"]
      )
      assert.deepStrictEqual(visited(kept, "dead"), {
        "/missing.html": "404",
        "/also-missing.html": "404",
        "/secret.html": "404",
        "/leak.html": "404"
      })
      assert.strictEqual(result.deadLinks, 4)
      assert.strictEqual(result.failed, 0)
    })
  )

  it.live("starts from all pages when there is no index.html", () =>
    Effect.gen(function* () {
      const { folder } = yield* makeFolder
      rmSync(join(folder, "leak.html"))
      const { result } = yield* crawlAndRead({ dir: Option.some(folder) })
      assert.strictEqual(result.pages, 5)
    })
  )

  it.live("answers bad input with one line and its exit code", () =>
    Effect.gen(function* () {
      const outside = yield* temporaryFolder
      const { folder } = yield* makeFolder
      const errorOf = (options: Partial<Options>) =>
        run({ ...defaults, ...options }).pipe(
          Effect.provideService(Progress, quiet),
          Effect.flip,
          Effect.tap((error) => Effect.sync(() => assert.instanceOf(error, DemoError))),
          Effect.map(({ exitCode, message }) => `${exitCode} ${message.replaceAll(outside, "")}`)
        )
      const dir = (path: string) => ({ dir: Option.some(path) })
      const url = (text: string) => ({ url: Option.some(text) })
      assert.match(yield* errorOf(url("example.org")), /^2 "example.org" is no web address\. Give one/)
      assert.match(yield* errorOf(url("ftp://example.org")), /^2 .* is no web address/)
      assert.match(yield* errorOf({ ...url("http://x/"), ...dir(folder) }), /^2 Give an address or --dir, not both/)
      assert.match(yield* errorOf(dir(join(outside, "nowhere"))), /^2 There is no folder "\/nowhere"/)
      assert.match(yield* errorOf(dir(outside)), /^2 There is no HTML file/)
      assert.match(yield* errorOf(dir(join(folder, "notes.txt"))), /^2 .* is not a folder/)
      assert.match(yield* errorOf({ ...dir(folder), out: Option.some(join(folder, "notes.txt")) }), /^2 .* exists/)
      assert.match(
        yield* errorOf({ ...dir(folder), out: Option.some(join(outside, "no/x.sqlite")) }),
        /^1 Cannot write the SQLite file "\/no\/x.sqlite": unable to open/
      )
      const out = join(outside, "unreached.sqlite")
      // Port 9 is the discard service, which no machine runs any more.
      const unreachable = yield* errorOf({ ...url("http://127.0.0.1:9/"), out: Option.some(out) })
      assert.match(unreachable, /^1 Nothing to crawl: .* could not be read: connect ECONNREFUSED/)
      assert.deepStrictEqual(readdirSync(outside), [])
    })
  )
})
