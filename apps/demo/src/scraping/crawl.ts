/**
 * The crawl: fetchers in a work list, a channel, one writer, all in one task group.
 *
 * The work list ends by itself when no address is left; that closes the channel; that ends the writer; that ends the
 * group. Whatever fails or is cancelled on the way ends all of them, and the file then holds whole batches.
 */
import { Array, Duration, Effect, Result } from "effect"
import type { HttpClient } from "effect/http"
import type { SqlError } from "effect/sql/SqlError"
import { Channel, Limit, TaskGroup, Timeout } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import type { CrawlStore, Visit } from "./CrawlStore.ts"
import type { FetchError } from "./FetchError.ts"
import { type Fetched, fetchPage, type FetchRules } from "./fetchPage.ts"
import { makeStory, type Story, type Trouble } from "./Story.ts"
import { writeVisits } from "./writeVisits.ts"

export interface CrawlOptions {
  /** All of one origin, which the crawl does not leave. */
  readonly seeds: readonly [URL, ...Array<URL>]
  /** Pages fetched at once, over all hosts. */
  readonly limit: number
  /** Pages fetched at once from one host. */
  readonly perHost: number
  /** How long a page may take, with its redirects and further attempts. */
  readonly pageTimeout: Duration.Input
}

export interface CrawlReport {
  readonly batches: number
  /** The most pages that were being fetched at once, and how many still are: none, if structure holds. */
  readonly peak: number
  readonly left: number
  readonly troubles: Story["troubles"]
}

/** What all tasks of one crawl share. */
interface Crawl {
  readonly options: CrawlOptions
  readonly origin: string
  readonly story: Story
  readonly visits: Channel.Sender<Visit>
  readonly limitHost: Limit.KeyedLimit
  /** The addresses of the pages that were handed to the writer. */
  readonly stored: Set<string>
  active: number
  peak: number
  bytes: number
}

type Failure = FetchError | Timeout.DeadlineExceeded

const TROUBLE_OF: Readonly<Record<Failure["_tag"], Trouble>> = {
  DeadlineExceeded: "cut by their deadline",
  RedirectsWithoutEnd: "redirecting without end",
  TooBig: "too big",
  Refused: "refused",
  Unreachable: "refused",
  Unreadable: "refused"
}

const fetchWithin = (crawl: Crawl, url: URL): Effect.Effect<Fetched, Failure, HttpClient.HttpClient> => {
  const rules: FetchRules = {
    isStored: (address) => crawl.stored.has(address),
    onRetry: (error) => crawl.story.trouble("tried again", `${error.message}: asking again`)
  }
  const counted = Effect.acquireUseRelease(
    Effect.sync(() => {
      crawl.peak = Math.max(crawl.peak, ++crawl.active)
    }),
    () => fetchPage(url, rules),
    () => Effect.sync(() => void crawl.active--)
  )
  // The limit of the host is outside the deadline: waiting for a turn is not the page's fault.
  return counted.pipe(Timeout.failAfter(crawl.options.pageTimeout, { label: url.href }), crawl.limitHost(url.host))
}

const giveUp = (crawl: Crawl, url: URL, failure: Failure): Effect.Effect<Visit> => {
  const seconds = Duration.format(Duration.fromInputUnsafe(crawl.options.pageTimeout))
  const detail =
    failure._tag === "DeadlineExceeded"
      ? `${url.href} had not answered after ${seconds}: its deadline cut it off, ${crawl.active} others went on`
      : failure.message
  return Effect.as(crawl.story.trouble(TROUBLE_OF[failure._tag], detail), { url: url.href, outcome: "failed", detail })
}

const visitOf = (crawl: Crawl, url: URL, fetched: Fetched): Effect.Effect<Visit> => {
  const visited = (outcome: Visit["outcome"], detail: string): Visit => ({ url: url.href, outcome, detail })
  switch (fetched._tag) {
    case "Page": {
      const { page } = fetched
      const known = crawl.stored.has(page.url)
      crawl.stored.add(page.url)
      if (!known) crawl.bytes += page.bytes
      return Effect.succeed({ ...visited("page", page.url), ...(known ? {} : { page }) })
    }
    case "Known":
      return Effect.succeed(visited("page", fetched.url))
    case "OffOrigin":
      return Effect.succeed(visited("redirect", fetched.url))
    case "NotHtml":
      return Effect.succeed(visited("not html", fetched.type))
    case "Missing": {
      const message = `${url.href} answered ${fetched.status}: a dead link`
      return Effect.as(crawl.story.trouble("dead", message), visited("dead", String(fetched.status)))
    }
  }
}

type Add = (...urls: ReadonlyArray<string>) => Effect.Effect<void>

// Fetches one address, adds the links it finds to the work list, and hands what became of it to the writer.
const visit = Effect.fnUntraced(function* (crawl: Crawl, address: string, add: Add) {
  const url = new URL(address)
  const result = yield* Effect.result(fetchWithin(crawl, url))
  const made = yield* Result.isFailure(result)
    ? giveUp(crawl, url, result.failure)
    : visitOf(crawl, url, result.success)
  const links = made.page?.links.filter((link) => link.startsWith(`${crawl.origin}/`)) ?? []
  // A page may hold more links than a call may have arguments.
  yield* Effect.forEach(Array.chunksOf(links, 1000), (some) => add(...some), { discard: true })
  yield* crawl.visits.send(made)
  const { status } = yield* Progress
  yield* status(`  ${crawl.stored.size} pages, ${(crawl.bytes / 1e6).toFixed(1)} MB, ${crawl.active} at once`)
})

/** Crawls from the seeds until nothing is left, and stores what it finds. */
export const crawl = Effect.fnUntraced(function* (
  options: CrawlOptions,
  store: CrawlStore
): Effect.fn.Return<CrawlReport, SqlError, HttpClient.HttpClient | Progress> {
  const story = yield* makeStory
  return yield* TaskGroup.run("crawl", function* (group) {
    const channel = yield* Channel.make<Visit>({ name: "visits", capacity: 64 })
    const shared: Crawl = {
      options,
      origin: options.seeds[0].origin,
      story,
      visits: channel.sender,
      limitHost: yield* Limit.keyed(() => Limit.concurrent(options.perHost)),
      stored: new Set(),
      active: 0,
      peak: 0,
      bytes: 0
    }
    const writer = yield* group.spawn(
      channel.receiver.use((visits) => writeVisits(visits, store)),
      "writer"
    )
    yield* channel.sender.use(() =>
      TaskGroup.workList(
        options.seeds.map((seed) => seed.href),
        (url, add) => visit(shared, url, add),
        { limit: options.limit, unique: (url) => url, name: "fetchers" }
      )
    )
    const batches = yield* writer.join
    yield* store.finish
    return { batches, peak: shared.peak, left: shared.active, troubles: story.troubles }
  })
})
