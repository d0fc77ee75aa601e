/**
 * SQLite for `effect/sql`, on the `node:sqlite` that comes with Node: no server and nothing to build.
 *
 * One database is one connection. A semaphore lends it to one statement, or to one whole transaction, at a time,
 * so nobody's statement falls into somebody else's transaction.
 */
import { DatabaseSync } from "node:sqlite"
import { Effect, Semaphore, type Scope } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { makeSqliteConnection } from "./SqliteConnection.ts"
import { sqliteError } from "./sqliteError.ts"

export interface SqliteOptions {
  /** The path of the file, made when it is missing, or `:memory:`. */
  readonly filename: string
}

// How long a statement waits for another process that is writing to the same file.
const LOCK_WAIT_MILLIS = 5000

const open = ({ filename }: SqliteOptions): Effect.Effect<DatabaseSync, SqlError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = new DatabaseSync(filename, { timeout: LOCK_WAIT_MILLIS })
        // The write-ahead log makes a commit one append; a killed process leaves whole transactions only.
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        return database
      },
      catch: (cause) => sqliteError(cause, "open")
    }),
    (database) => Effect.sync(() => database.close())
  )

/**
 * Opens the database and gives its client; the file is closed with the resource scope.
 *
 * A transaction begins as a writer (`BEGIN IMMEDIATE`), so it never fails half-way because another process wrote first.
 */
export const make = Effect.fnUntraced(function* (
  options: SqliteOptions
): Effect.fn.Return<SqlClient.SqlClient, SqlError, Scope.Scope> {
  const connection = makeSqliteConnection(yield* open(options))
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connection),
    semaphore: Semaphore.makeUnsafe(1),
    isTransaction: ({ database }) => database.isTransaction
  })
  return yield* SqlClient.make({
    ...acquirers,
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    spanAttributes: [
      ["db.system.name", "sqlite"],
      ["db.namespace", options.filename]
    ],
    prepareTransactionControls: true,
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`
  }).pipe(Effect.provideServiceEffect(Reactivity.Reactivity, Reactivity.make))
})
