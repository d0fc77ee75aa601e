import * as PgClient from "@effect/sql-pg/PgClient"
import { Cause, Effect, type Scope } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import { BeginTransaction, type SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { type DemoError, Progress } from "../cli/Demo.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import type { PostgresAddress } from "./databaseUrl.ts"
import { detailOf, explain, failed } from "./postgresError.ts"

const SCHEMA = "ferrule_demo"
const APPLICATION = "ferrule-demo"

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
    () =>
      Effect.catch(dropSchema(sql), (error) =>
        line(`  the schema ${SCHEMA} is left for the next run to drop: ${detailOf(error)}`)
      )
  )
})

const connect = Effect.fnUntraced(
  function* ({ place, url }: PostgresAddress, connections: number) {
    const common = { url, applicationName: APPLICATION }
    // A connection of its own, to see what the server does while the pool is busy, and to clean up: when the server has
    // gone it fails at once, where the pool would wait for ever.
    const watcher = yield* PgClient.makeClient({ ...common, startupParameters: { lock_timeout: "2s" } })
    yield* lockOutOthers(watcher, place)
    yield* makeSchema(watcher)
    const sql = yield* PgClient.make({
      ...common,
      maxConnections: connections,
      startupParameters: { search_path: SCHEMA, lock_timeout: "5s" }
    })
    return { sql, watcher }
  },
  Effect.provideServiceEffect(Reactivity.Reactivity, Reactivity.make)
)

const lossIn = (cause: Cause.Cause<unknown>): SqlError | undefined =>
  cause.reasons.map((reason) => (Cause.isDieReason(reason) ? reason.defect : undefined)).find(isSqlError)

/** When the connection is lost, the rollback dies of it. That is the failure of the transaction, also of a cancelled one. */
const lossFails = <A, E, R>(transaction: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.catchCause(restore(transaction), (cause): Effect.Effect<never, E | SqlError> => {
      const loss = lossIn(cause)
      return loss === undefined ? Effect.failCause(cause) : Effect.fail(loss)
    })
  )

/** Opens a pool to PostgreSQL, closed with the resource scope. */
export const openPostgres = Effect.fnUntraced(function* (
  address: PostgresAddress,
  connections: number
): Effect.fn.Return<DemoDatabase, DemoError, Progress | Scope.Scope> {
  const explained = explain(address.place)
  const { sql, watcher } = yield* Effect.catchTag(connect(address, connections), "SqlError", explained)
  const transaction: DemoDatabase["transaction"] = (body) => lossFails(sql.withTransaction(body))
  return {
    backend: "postgresql",
    description: `PostgreSQL at ${address.place}: a pool of ${connections} connections`,
    sql,
    connections,
    transaction,
    // SERIALIZABLE would also refuse transfers that only look at neighbouring rows.
    isolated: (body) =>
      Effect.provideService(transaction(body), BeginTransaction, "BEGIN ISOLATION LEVEL REPEATABLE READ"),
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
