import { Duration, Effect } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import type { DemoError, DemoResult } from "../cli/Demo.ts"
import { Progress } from "../cli/Demo.ts"
import { demoCommand } from "../cli/demoCommand.ts"
import { BUDGET_MILLIS, type CancelReport, cancelTransactions } from "./cancelTransactions.ts"
import { createTables } from "./createTables.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import { importReadings, produceReadings } from "./importReadings.ts"
import { openDatabase } from "./openDatabase.ts"
import { defaults, flags, type Options } from "./Options.ts"
import { queryReadings } from "./queryReadings.ts"
import { totalMoney, transferMoney } from "./transferMoney.ts"

export { defaults }

export interface Result extends DemoResult {
  readonly demo: "database"
  readonly backend: DemoDatabase["backend"]
  /** Rows that the database holds after the import. */
  readonly rows: number
  /** The most rows that ever waited between the producer and the database. */
  readonly peak: number
  /** Queries that were answered right. */
  readonly queries: number
  /** Transfers in the books. */
  readonly transfers: number
  /** Transfers that failed half-way, and left nothing. */
  readonly rolledBack: number
  /** Attempts to transfer that met another transaction, and were made again. */
  readonly retried: number
  /** Whether there is as much money at the end as there was at the start. */
  readonly conserved: boolean
  /** Transactions that their deadline cancelled, and that were seen to have left nothing. */
  readonly cancelled: number
  /** From a deadline until its caller was back, at the longest. */
  readonly backMillis: number
  /** From the last deadline until the server ran none of the cancelled queries; only with a server. */
  readonly idleMillis?: number
  /** Connections that the pool had before the cancels and still has. */
  readonly connections: number
}

const number = (value: number): string => value.toLocaleString("en")
const count = (value: number, thing: string): string => `${number(value)} ${thing}${value === 1 ? "" : "s"}`
const inSeconds = (elapsed: Duration.Duration): string => `${Duration.toSeconds(elapsed).toFixed(2)} s`

const importAct = Effect.fnUntraced(function* (database: DemoDatabase, options: Options) {
  const { line } = yield* Progress
  const [elapsed, report] = yield* Effect.timed(importReadings(database, produceReadings(options.rows)))
  yield* line(
    `  ${number(options.rows)} rows given, ${number(report.rows)} stored in ${count(report.batches, "transaction")} in ` +
      `${inSeconds(elapsed)}; never more than ${report.peak} waited in the channel between`
  )
  return report
})

const queryAct = Effect.fnUntraced(function* (database: DemoDatabase, options: Options) {
  const { line } = yield* Progress
  const [elapsed, right] = yield* Effect.timed(queryReadings(database, { ...options, limit: options.pool }))
  yield* line(
    `  ${number(options.queries)} queries, ${options.pool} at once, in ${inSeconds(elapsed)}: ${number(right)} answered right`
  )
  return right
})

const transferAct = Effect.fnUntraced(function* (database: DemoDatabase, options: Options) {
  const { line } = yield* Progress
  const [elapsed, report] = yield* Effect.timed(transferMoney(database, { ...options, limit: options.pool }))
  yield* line(
    `  ${number(options.transfers)} transfers, ${options.pool} at once, in ${inSeconds(elapsed)}: ` +
      `${number(report.booked)} booked, ${number(report.refused)} failed half-way and rolled back, ` +
      `${count(report.retried, "conflict")} tried again`
  )
  return report
})

const tellCancels = ({ backMillis, cancelled, connections, server }: CancelReport): ReadonlyArray<string> => {
  const end = `a deadline of ${BUDGET_MILLIS} ms cancelled it: rolled back and over ${backMillis} ms later`
  if (server === undefined) {
    return [
      `  ${count(cancelled, "transaction")} changed a balance, then waited half a minute; ${end}`,
      "  (a wait between statements: to see running queries cancelled, set DATABASE_URL to a PostgreSQL)"
    ]
  }
  const { idleMillis, seenRunning } = server
  const idle =
    idleMillis === undefined ? "the server still runs them" : `the server ran none ${idleMillis} ms after the last`
  return [
    `  ${count(cancelled, "transaction")} changed a balance, then ran a query of half a minute, each; ${end}`,
    `  the server was seen to run ${seenRunning} of them; ${idle}; the pool has the same ${count(connections, "connection")} as before`
  ]
}

/** Plays the demo in an open database. */
export const play = Effect.fnUntraced(function* (
  database: DemoDatabase,
  options: Options
): Effect.fn.Return<Omit<Result, "seconds">, SqlError, Progress> {
  const { line } = yield* Progress
  yield* line(`database: ${database.description}`)
  yield* createTables(database)
  const { peak, rows } = yield* importAct(database, options)
  const queries = yield* queryAct(database, options)
  const before = yield* totalMoney(database)
  const transfers = yield* transferAct(database, options)
  const cancels = yield* cancelTransactions(database)
  for (const text of tellCancels(cancels)) yield* line(text)
  const after = yield* totalMoney(database)
  yield* line(`  all money before: ${number(before)}, after: ${number(after)}`)
  return {
    demo: "database",
    backend: database.backend,
    rows,
    peak,
    queries,
    transfers: transfers.booked,
    rolledBack: transfers.refused,
    retried: transfers.retried,
    conserved: before === after,
    cancelled: cancels.cancelled,
    backMillis: cancels.backMillis,
    ...(cancels.server?.idleMillis === undefined ? {} : { idleMillis: cancels.server.idleMillis }),
    connections: cancels.connections
  }
})

/** Opens the database, plays, and closes it; nothing of the demo is left in it, however it ends. */
export const run = (options: Options): Effect.Effect<Result, DemoError, Progress> =>
  Effect.gen(function* () {
    const database = yield* openDatabase(options.pool)
    return yield* Effect.catchTag(play(database, options), "SqlError", database.explain)
  }).pipe(
    Effect.scoped,
    Effect.timed,
    Effect.map(([elapsed, result]) => ({ ...result, seconds: Math.round(Duration.toMillis(elapsed)) / 1000 }))
  )

export const command = demoCommand({
  name: "database",
  description:
    "Queries, transfers and an import at once, and transactions that a deadline cancels. SQLite in a temporary file, " +
    "or the PostgreSQL of DATABASE_URL, in a schema ferrule_demo that is dropped before and after",
  flags,
  examples: [
    { command: "npm start -- database --rows 1000000", description: "A larger import" },
    {
      command: "DATABASE_URL=postgres://user:password@localhost/test npm start -- database",
      description: "The same in PostgreSQL, where running queries are cancelled, too"
    }
  ],
  run
})
