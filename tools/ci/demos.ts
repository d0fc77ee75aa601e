/** The example app on real input. */
import { run } from "../command.ts"
import { reachablePages } from "../walkLinks.ts"
import { npmStartJson, npmStartOne, type Result } from "./app.ts"
import { withPostgres } from "./postgres.ts"
import type { Check } from "./Report.ts"

const manual = "/usr/share/doc/postgresql-doc-15/html"

const expect = (holds: boolean, claim: string, result: Result) => {
  if (!holds) throw new Error(`expected ${claim}, got ${JSON.stringify(result)}`)
}

/** The crawl of the real PostgreSQL manual finds every page an independent walk over its files finds. */
export const crawlsTheManual: Check = async () => {
  const pages = reachablePages(manual).size
  if (pages < 1000) throw new Error(`the walk over ${manual} found ${pages} pages: that is not the manual`)
  const result = await npmStartOne(["scraping", "--dir", manual])
  expect(result["pages"] === pages, `${pages} pages, as the walk over the files`, result)
  expect(result["failed"] === 0, "no failed page", result)
  return `${pages} pages by both, ${String(result["seconds"])} s`
}

const checkDatabase = (result: Result) => {
  expect(result["conserved"] === true, "money to be conserved", result)
  expect(result["cancelled"] === true || Number(result["cancelled"]) >= 1, "a query to be cancelled", result)
  expect(Number(result["rows"]) > 0, "rows", result)
}

/** Waits until the server has noticed that the app is gone; a connection that stays is a leak. */
const untilAlone = async (url: string): Promise<void> => {
  let left = ""
  for (let tries = 0; tries < 20; tries++) {
    const asked = await run("psql", [
      url,
      "-Atc",
      "select count(*) from pg_stat_activity where backend_type = 'client backend'"
    ])
    left = asked.stdout.trim()
    // The one connection is the one that asks.
    if (left === "1") return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`connections left, this one among them: ${left}`)
}

/** The database demo does on a real PostgreSQL what it does on the embedded database. */
export const usesPostgres: Check = () =>
  withPostgres(async (url) => {
    const result = await npmStartOne(["database"], { DATABASE_URL: url })
    checkDatabase(result)
    await untilAlone(url)
    const tables = await run("psql", [url, "-Atc", "select count(*) from pg_stat_user_tables"])
    return `${String(result["rows"])} rows; afterwards no connection and ${tables.stdout.trim()} tables left`
  })

/** All three demos on their embedded defaults, as a newcomer runs them. */
export const runsByDefault: Check = async () => {
  const ended = await run("npm", ["start"], { show: true, seconds: 300 })
  if (ended.status !== 0) throw new Error(`npm start ended with status ${ended.status}`)
  const lines = ended.stdout.trim().split("\n").length
  return `${lines} lines, ${ended.seconds.toFixed(1)} s`
}

/** Their results in JSON. */
export const printsJson: Check = async () => {
  const results = await npmStartJson([])
  const byName = new Map(results.map((result) => [result["demo"], result]))
  const [networking, scraping, database] = ["networking", "scraping", "database"].map((name) => byName.get(name))
  if (networking === undefined || scraping === undefined || database === undefined || results.length !== 3) {
    throw new Error("expected one object of each demo")
  }
  expect(networking["failed"] === 0 && Number(networking["requests"]) > 0, "requests and none failed", networking)
  expect(Number(scraping["pages"]) > 1000 && Number(scraping["deadLinks"]) > 0, "pages and dead links", scraping)
  checkDatabase(database)
  return "three objects"
}

const countsOfACrawl = async () => {
  const { pages, bytes, deadLinks, failed } = await npmStartOne(["scraping"])
  return JSON.stringify({ pages, bytes, deadLinks, failed })
}

/** The same input gives the same counts. */
export const crawlsTheSameTwice: Check = async () => {
  const first = await countsOfACrawl()
  const second = await countsOfACrawl()
  if (first !== second) throw new Error(`first ${first}, then ${second}`)
  return first
}
