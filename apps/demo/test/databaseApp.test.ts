import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, Redacted } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { afterAll, describe, expect, it } from "vitest"
import { linesOf, runApp, startApp } from "./runApp.ts"

const folder = mkdtempSync(join(tmpdir(), "ferrule-database-test-"))
afterAll(() => rmSync(folder, { recursive: true }))

const onSqlite = { DATABASE_URL: "", TMPDIR: folder }
const small = ["database", "--rows", "1200", "--queries", "50", "--transfers", "50", "--json"]

const closedPort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe("the database command", () => {
  it("prints its result, and leaves no file behind", async () => {
    const { status, stderr, stdout } = await runApp(small, onSqlite)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ demo: "database", rows: 1200, conserved: true, cancelled: 1 })
    expect(linesOf(stderr)[0]).toMatch(/^database: SQLite/)
    expect(readdirSync(folder)).toEqual([])
  })

  it("ends with status 130 on Ctrl-C, and leaves no file behind", async () => {
    const app = startApp(["database", "--rows", "5000000", "--json"], onSqlite)
    await app.seen(/database: SQLite/)
    expect(readdirSync(folder)).toHaveLength(1)
    app.signal("SIGINT")
    const { status, stderr, stdout } = await app.ended
    expect({ status, stdout }).toEqual({ status: 130, stdout: "" })
    expect(linesOf(stderr)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual([])
  })

  it("answers a wrong DATABASE_URL with one line on stderr and status 2, without the password", async () => {
    const { status, stderr, stdout } = await runApp(small, { DATABASE_URL: "mysql://ada:hunter2@db/x" })
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^DATABASE_URL has the scheme "mysql:"/)])
    expect(stderr).not.toContain("hunter2")
  })

  it("answers a server that is not there with one line on stderr and status 1, without the password", async () => {
    const place = `127.0.0.1:${await closedPort()}/x`
    const { status, stderr, stdout } = await runApp(small, { DATABASE_URL: `postgres://ada:hunter2@${place}` })
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(linesOf(stderr)).toEqual([
      expect.stringContaining(`No connection to PostgreSQL at ${place}: connect ECONNREFUSED`)
    ])
    expect(stderr).not.toContain("hunter2")
  })
})

/** Asks the server something on a connection of its own. */
const ask = <A>(url: string, question: (sql: PgClient.PgClient) => Effect.Effect<A, unknown>): Promise<A> =>
  Effect.flatMap(PgClient.makeClient({ url: Redacted.make(url) }), question).pipe(
    Effect.provideServiceEffect(Reactivity.Reactivity, Reactivity.make),
    Effect.scoped,
    Effect.runPromise
  )

/** What the demo has left on the server: connections, and schemas. */
const leftOn = (url: string) =>
  ask(url, (sql) =>
    sql<{ connections: number; schemas: number }>`
      SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'ferrule-demo') AS connections,
             (SELECT count(*)::int FROM pg_namespace WHERE nspname = 'ferrule_demo') AS schemas`.pipe(
      Effect.map(([left]) => left),
      // The server ends a session a moment after its client has gone.
      Effect.repeat({ until: (left) => left?.connections === 0, times: 200 })
    )
  )

const url = process.env["DATABASE_URL"] ?? ""
const onPostgres = () =>
  describe("the database command on the PostgreSQL of DATABASE_URL", () => {
    it("cancels queries that the server runs, and keeps its connections", async () => {
      const { status, stderr, stdout } = await runApp(small)
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^database: PostgreSQL/) })
      const result = JSON.parse(stdout)
      expect(result).toMatchObject({
        backend: "postgresql",
        rows: 1200,
        queries: 50,
        transfers: 45,
        rolledBack: 5,
        conserved: true,
        cancelled: 8,
        connections: 8
      })
      expect(result.idleMillis).toBeLessThan(5000)
      expect(await leftOn(url)).toEqual({ connections: 0, schemas: 0 })
    })

    it.each([/database: /, /rows given/, /answered right/])(
      "leaves nothing behind on Ctrl-C after %s",
      async (line) => {
        const app = startApp(["database", "--json"])
        await app.seen(line)
        app.signal("SIGINT")
        const { status, stdout } = await app.ended
        expect({ status, stdout }).toEqual({ status: 130, stdout: "" })
        expect(await leftOn(url)).toEqual({ connections: 0, schemas: 0 })
      }
    )

    it("answers the loss of its connections with one line on stderr, and the next run cleans up", async () => {
      const app = startApp(["database", "--transfers", "100000"])
      await app.seen(/answered right/)
      await ask(
        url,
        (sql) => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ferrule-demo'`
      )
      const { status, stderr } = await app.ended
      expect(status).toBe(1)
      expect(linesOf(stderr)).toEqual([
        expect.stringMatching(/PostgreSQL at \S+ says: terminating|^No connection to PostgreSQL at /)
      ])
      expect((await runApp(small)).status).toBe(0)
      expect(await leftOn(url)).toEqual({ connections: 0, schemas: 0 })
    })

    it("answers a database that does not exist with one line on stderr", async () => {
      const missing = new URL(url)
      missing.pathname = "/no_such_database"
      const { status, stderr } = await runApp(small, { DATABASE_URL: missing.href })
      expect(status).toBe(1)
      expect(linesOf(stderr)).toEqual([expect.stringMatching(/says: database "no_such_database" does not exist\.$/)])
    })
  })

if (url === "") console.log("databaseApp.test.ts: DATABASE_URL is not set, so there are no tests on PostgreSQL")
else onPostgres()
