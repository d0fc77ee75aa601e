import * as PgClient from "@effect/sql-pg/PgClient"
import { Effect, type Scope } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { BeginTransaction, type SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { DemoError, Progress } from "../cli/Demo.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import type { PostgresAddress } from "./databaseUrl.ts"

const SCHEMA = "ferrule_demo"
const APPLICATION = "ferrule-demo"

/** The words of the server or of the network, which stand in the cause. */
const detailOf = ({ cause, message, reason }: SqlError): string => {
  const inner = reason.cause
  if (inner instanceof Error && inner.message !== "") return inner.message
  // Several addresses that all refuse make an error without a message.
  if (inner instanceof Error && "code" in inner) return String(inner.code)
  return message || cause._tag
}

const explain =
  (place: string) =>
  (error: SqlError): DemoError => {
    const detail = detailOf(error).replaceAll(/\s+/g, " ")
    switch (error.reason._tag) {
      case "ConnectionError":
        return failed(`No connection to PostgreSQL at ${place}: ${detail}. Does it run, and is DATABASE_URL right?`)
      case "AuthenticationError":
        return failed(`PostgreSQL at ${place} lets nobody in with this DATABASE_URL: ${detail}.`)
      default:
        return failed(`PostgreSQL at ${place} says: ${detail}.`)
    }
  }

const failed = (message: string) => new DemoError({ message, exitCode: 1 })

const one = <A extends object>(rows: ReadonlyArray<A>): A => rows[0] as A

/** Two runs in one database would drop each other's tables. The lock goes with the connection. */
const lockOutOthers = (watcher: SqlClient, place: string) =>
  watcher`SELECT pg_advisory_lock(hashtext(${SCHEMA}))`.pipe(
    Effect.catchIf(
      (error) => error.reason._tag === "LockTimeoutError",
      () => Effect.fail(failed(`Another run of this demo uses PostgreSQL at ${place}. Wait until it has ended.`))
    )
  )

const dropSchema = (sql: SqlClient) => sql`DROP SCHEMA IF EXISTS ${sql(SCHEMA)} CASCADE`

/** A schema of our own that goes away with the resource scope; what a killed run left behind goes first. */
const makeSchema = Effect.fnUntraced(function* (sql: SqlClient) {
  const { line } = yield* Progress
  yield* Effect.acquireRelease(
    sql.withTransaction(Effect.andThen(dropSchema(sql), sql`CREATE SCHEMA ${sql(SCHEMA)}`)),
    () => Effect.catch(dropSchema(sql), (error) => line(`  the schema ${SCHEMA} is left behind: ${detailOf(error)}`))
  )
})

const connect = Effect.fnUntraced(
  function* ({ place, url }: PostgresAddress, connections: number) {
    const common = { url, applicationName: APPLICATION }
    // A connection of its own, to see what the server does while the pool is busy.
    const watcher = yield* PgClient.makeClient({ ...common, startupParameters: { lock_timeout: "2s" } })
    yield* lockOutOthers(watcher, place)
    const sql = yield* PgClient.make({
      ...common,
      maxConnections: connections,
      startupParameters: { search_path: SCHEMA, lock_timeout: "5s" }
    })
    yield* makeSchema(sql)
    return { sql, watcher }
  },
  Effect.provideServiceEffect(Reactivity.Reactivity, Reactivity.make)
)

/** Opens a pool to PostgreSQL, closed with the resource scope. */
export const openPostgres = Effect.fnUntraced(function* (
  address: PostgresAddress,
  connections: number
): Effect.fn.Return<DemoDatabase, DemoError, Progress | Scope.Scope> {
  const explained = explain(address.place)
  const { sql, watcher } = yield* Effect.catchTag(connect(address, connections), "SqlError", explained)
  return {
    backend: "postgresql",
    description: `PostgreSQL at ${address.place}: a pool of ${connections} connections`,
    sql,
    connections,
    // SERIALIZABLE would also refuse transfers that only look at neighbouring rows.
    isolated: (transaction) =>
      sql
        .withTransaction(transaction)
        .pipe(Effect.provideService(BeginTransaction, "BEGIN ISOLATION LEVEL REPEATABLE READ")),
    stall: Effect.asVoid(sql`SELECT pg_sleep(30)`),
    runningStalls: Effect.map(
      watcher<{ running: number }>`
        SELECT count(*)::int AS running FROM pg_stat_activity
        WHERE application_name = ${APPLICATION} AND datname = current_database()
          AND state = 'active' AND wait_event = 'PgSleep'`,
      (rows) => one(rows).running
    ),
    connectionId: Effect.map(sql<{ id: number }>`SELECT pg_backend_pid() AS id`, (rows) => one(rows).id),
    explain: explained
  }
})
