import { rmSync } from "node:fs"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Duration, Effect, Option, type Scope } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { DemoError, type DemoResult, Progress } from "../cli/Demo.ts"
import { demoCommand } from "../cli/demoCommand.ts"
import { crawl, type CrawlOptions, type CrawlReport } from "./crawl.ts"
import { type CrawlCounts, makeCrawlStore } from "./CrawlStore.ts"
import { defaults, flags, type Options } from "./Options.ts"
import { outFile } from "./outFile.ts"
import { openTarget, type Target } from "./Target.ts"

export { defaults }

export interface Result extends DemoResult {
  readonly demo: "scraping"
  /** Distinct HTML pages answered with success. */
  readonly pages: number
  /** Their size after decompression. */
  readonly bytes: number
  /** Distinct addresses that links lead to and that answered 404 or 410. */
  readonly deadLinks: number
  /** Distinct addresses that were given up on: deadline, refusal after retries, redirects without end, too big. */
  readonly failed: number
}

const number = (value: number): string => value.toLocaleString("en")

const cannotWrite = (file: string) => (error: SqlError) =>
  new DemoError({ message: `Cannot write the SQLite file "${file}": ${error.message}.`, exitCode: 1 })

const crawlOptions = (options: Options, target: Target) => ({
  seeds: target.seeds,
  limit: options.limit,
  perHost: Option.getOrElse(options.perHost, () => target.perHost),
  pageTimeout: Duration.seconds(Option.getOrElse(options.pageTimeout, () => target.pageSeconds))
})

/** Crawls into the file; the file is closed when this ends, however it ends. */
const crawlInto = (file: string, options: CrawlOptions) =>
  Effect.gen(function* () {
    const store = yield* makeCrawlStore(file, options.seeds[0])
    const report = yield* crawl(options, store)
    const firstFailure = yield* store.detailOf(options.seeds[0])
    return { report, counts: yield* store.counts, firstFailure }
  }).pipe(Effect.scoped, Effect.provide(NodeHttpClient.layerUndici), Effect.mapError(cannotWrite(file)))

const tellEnd = Effect.fnUntraced(function* (counts: CrawlCounts, report: CrawlReport, seconds: number) {
  const { line } = yield* Progress
  const troubles = [...report.troubles].map(([kind, count]) => `${number(count)} ${kind}`).join(", ")
  yield* line(
    `  ${number(counts.pages)} pages, ${(counts.bytes / 1e6).toFixed(1)} MB, ${number(counts.deadLinks)} dead links, ` +
      `${number(counts.failed)} given up, in ${seconds.toFixed(1)} s`
  )
  yield* line(`  ${number(counts.links)} links, ${number(counts.offOrigin)} other addresses recorded, not fetched`)
  if (troubles !== "") yield* line(`  on the way: ${troubles}`)
  yield* line(
    `  whole batches stored: ${number(report.batches)}; tasks fetching at once: up to ${report.peak}; tasks left: ${report.left}`
  )
})

const crawlTarget = Effect.fnUntraced(function* (
  options: Options
): Effect.fn.Return<Result, DemoError, Progress | Scope.Scope> {
  const { line } = yield* Progress
  const target = yield* openTarget(options)
  const file = yield* outFile(options.out)
  const settings = crawlOptions(options, target)
  yield* line(`scraping: ${target.description}`)
  yield* line(
    `  ${settings.limit} pages at once, ${settings.perHost} from one host, ` +
      `${Duration.format(settings.pageTimeout)} for each, one writer`
  )
  const [elapsed, { counts, firstFailure, report }] = yield* Effect.timed(crawlInto(file, settings))
  if (counts.pages === 0) {
    yield* Effect.sync(() => rmSync(file, { force: true }))
    return yield* new DemoError({ message: `Nothing to crawl: ${firstFailure}.`, exitCode: 1 })
  }
  const seconds = Math.round(Duration.toMillis(elapsed)) / 1000
  yield* tellEnd(counts, report, seconds)
  const { bytes, deadLinks, failed, pages } = counts
  return { demo: "scraping", pages, bytes, deadLinks, failed, seconds }
})

/** Crawls the target and tells what came of it; whatever it opened is closed when it ends, however it ends. */
export const run = (options: Options): Effect.Effect<Result, DemoError, Progress> => Effect.scoped(crawlTarget(options))

export const command = demoCommand({
  name: "scraping",
  description: "A crawler: a work list of pages, a deadline for each, one writer to SQLite; ends when nothing is left",
  flags,
  examples: [
    { command: "npm start -- scraping https://example.org --out example.sqlite", description: "Crawl a real site" },
    { command: "npm start -- scraping --dir ./site", description: "Crawl a folder of HTML" }
  ],
  run
})
