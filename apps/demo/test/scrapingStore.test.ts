import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { Channel } from "ferrule"
import { type CrawlStore, makeCrawlStore, type Visit } from "../src/scraping/CrawlStore.ts"
import { writeVisits } from "../src/scraping/writeVisits.ts"

const start = new URL("http://site.example/")

const pageVisit = (name: string, ...links: ReadonlyArray<string>): Visit => {
  const url = `http://site.example/${name}`
  return { url, outcome: "page", detail: url, page: { url, title: name, text: "", bytes: 10, links } }
}

const none = { pages: 0, bytes: 0, links: 0, offOrigin: 0, deadLinks: 0, failed: 0 }

describe("CrawlStore", () => {
  it.effect("counts what it holds", () =>
    Effect.gen(function* () {
      const store = yield* makeCrawlStore(":memory:", start)
      assert.deepStrictEqual({ ...(yield* store.counts) }, none)
      yield* store.write([
        pageVisit("a", "http://site.example/b", "http://site.example.org/", "https://site.example/b"),
        pageVisit("b", "http://site.example/a", "http://site.example.org/"),
        { url: "http://site.example/c", outcome: "dead", detail: "404" },
        { url: "http://site.example/d", outcome: "failed", detail: "why" },
        { url: "http://site.example/e", outcome: "redirect", detail: "http://x/" }
      ])
      assert.deepStrictEqual(
        { ...(yield* store.counts) },
        { pages: 2, bytes: 20, links: 5, offOrigin: 2, deadLinks: 1, failed: 1 }
      )
      assert.strictEqual(yield* store.detailOf(new URL("http://site.example/d")), "why")
    })
  )

  it.effect("stores nothing of a batch that fails half-way", () =>
    Effect.gen(function* () {
      const store = yield* makeCrawlStore(":memory:", start)
      const error = yield* Effect.flip(store.write([pageVisit("a"), pageVisit("b"), pageVisit("a")]))
      assert.strictEqual(error.reason._tag, "UniqueViolation")
      assert.deepStrictEqual({ ...(yield* store.counts) }, none)
    })
  )
})

describe("writeVisits", () => {
  const recording = (batches: Array<number>): Pick<CrawlStore, "write"> => ({
    write: (visits) => Effect.sync(() => void batches.push(visits.length))
  })

  it.effect("stores in batches of 100 what comes fast, and all of it", () =>
    Effect.gen(function* () {
      const { receiver, sender } = yield* Channel.make<Visit>({ name: "visits", capacity: "unbounded" })
      const batches: Array<number> = []
      for (let n = 0; n < 250; n++) yield* sender.send(pageVisit(String(n)))
      yield* sender.close
      assert.strictEqual(yield* writeVisits(receiver, recording(batches)), 3)
      assert.deepStrictEqual(batches, [100, 100, 50])
    })
  )

  it.live("does not wait for a full batch when nothing more comes", () =>
    Effect.gen(function* () {
      const { receiver, sender } = yield* Channel.make<Visit>("visits")
      const written = yield* Deferred.make<number>()
      const writer = yield* Effect.forkChild(
        writeVisits(receiver, { write: (visits) => Effect.asVoid(Deferred.succeed(written, visits.length)) })
      )
      yield* sender.send(pageVisit("a"))
      yield* sender.send(pageVisit("b"))
      assert.strictEqual(yield* Deferred.await(written), 2)
      yield* sender.close
      assert.strictEqual(yield* Fiber.join(writer), 1)
    })
  )
})
