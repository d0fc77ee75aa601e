import { Effect, type Scope } from "effect"
import type { SqlClient } from "effect/sql"
import type { SqlError } from "effect/sql/SqlError"
import * as SqliteClient from "../sqlite/SqliteClient.ts"
import type { Page } from "./readPage.ts"

/** What became of one address that a link led to. */
export interface Visit {
  readonly url: string
  readonly outcome: "page" | "redirect" | "not html" | "dead" | "failed"
  /** The page's own address, where it redirects to, its type, its status, or why it was given up on. */
  readonly detail: string
  /** The page, if this visit was the first to find it. */
  readonly page?: Page
}

export interface CrawlCounts {
  readonly pages: number
  readonly bytes: number
  readonly links: number
  readonly offOrigin: number
  readonly deadLinks: number
  readonly failed: number
}

export interface CrawlStore {
  /** Stores all of them, or, when it fails or is interrupted, none. */
  readonly write: (visits: ReadonlyArray<Visit>) => Effect.Effect<void, SqlError>
  /** Marks the crawl as finished: what has no such mark was broken off. */
  readonly finish: Effect.Effect<void, SqlError>
  /** What became of one address. */
  readonly detailOf: (url: URL) => Effect.Effect<string, SqlError>
  /** Counts what the file holds. */
  readonly counts: Effect.Effect<CrawlCounts, SqlError>
}

const createTables = (sql: SqlClient.SqlClient, start: string) =>
  sql.withTransaction(
    Effect.all(
      [
        sql`CREATE TABLE crawl (start TEXT NOT NULL, finished INTEGER NOT NULL)`,
        sql`INSERT INTO crawl VALUES (${start}, 0)`,
        sql`CREATE TABLE page (url TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, bytes INTEGER NOT NULL,
            links INTEGER NOT NULL)`,
        sql`CREATE TABLE link (source TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (source, target)) WITHOUT ROWID`,
        sql`CREATE TABLE visit (url TEXT PRIMARY KEY, outcome TEXT NOT NULL, detail TEXT NOT NULL)`
      ],
      { discard: true }
    )
  )

const count = (sql: SqlClient.SqlClient, origin: string): CrawlStore["counts"] =>
  Effect.map(
    sql<CrawlCounts>`
      SELECT (SELECT count(*) FROM page) AS pages,
             (SELECT coalesce(sum(bytes), 0) FROM page) AS bytes,
             (SELECT count(*) FROM link) AS links,
             (SELECT count(DISTINCT target) FROM link WHERE substr(target, 1, ${origin.length + 1}) <> ${`${origin}/`})
               AS "offOrigin",
             (SELECT count(*) FROM visit WHERE outcome = 'dead') AS "deadLinks",
             (SELECT count(*) FROM visit WHERE outcome = 'failed') AS failed`,
    // Sound: a select without FROM answers exactly one row.
    ([counts]) => counts as CrawlCounts
  )

/** Opens a new file for a crawl, closed with the resource scope. */
export const makeCrawlStore = Effect.fnUntraced(function* (
  filename: string,
  start: URL
): Effect.fn.Return<CrawlStore, SqlError, Scope.Scope> {
  const sql = yield* SqliteClient.make({ filename })
  yield* createTables(sql, start.href)

  const writePage = ({ bytes, links, text, title, url }: Page) =>
    Effect.andThen(
      sql`INSERT INTO page VALUES (${url}, ${title}, ${text}, ${bytes}, ${links.length})`,
      // One statement for all links of a page, however many: prepared once.
      sql`INSERT INTO link SELECT ${url}, value FROM json_each(${JSON.stringify(links)})`
    )
  const writeVisit = ({ detail, outcome, page, url }: Visit) =>
    Effect.andThen(
      sql`INSERT INTO visit VALUES (${url}, ${outcome}, ${detail})`,
      page === undefined ? Effect.void : writePage(page)
    )

  return {
    write: (visits) => sql.withTransaction(Effect.forEach(visits, writeVisit, { discard: true })),
    finish: Effect.asVoid(sql`UPDATE crawl SET finished = 1`),
    detailOf: (url) =>
      Effect.map(sql<Visit>`SELECT outcome, detail FROM visit WHERE url = ${url.href}`, ([visit]) =>
        visit === undefined ? "not visited" : visit.detail
      ),
    counts: count(sql, start.origin)
  }
})
