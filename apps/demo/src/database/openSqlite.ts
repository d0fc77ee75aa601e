import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { DemoError } from "../cli/Demo.ts"
import * as SqliteClient from "../sqlite/SqliteClient.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"

const cannotUse = (reason: string) =>
  new DemoError({ message: `Cannot use a SQLite file in "${tmpdir()}": ${reason}.`, exitCode: 1 })

const explain = (error: SqlError) => cannotUse(error.message)

const temporaryFolder = Effect.acquireRelease(
  Effect.try({
    try: () => mkdtempSync(join(tmpdir(), "ferrule-database-")),
    catch: (thrown) => cannotUse(thrown instanceof Error ? thrown.message : String(thrown))
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Opens SQLite in a file that goes away with the resource scope. */
export const openSqlite: Effect.Effect<DemoDatabase, DemoError, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const sql = yield* Effect.mapError(SqliteClient.make({ filename: join(folder, "demo.sqlite") }), explain)
  return {
    backend: "sqlite",
    description: "SQLite in a temporary file: one connection, lent to one transaction at a time",
    sql,
    connections: 1,
    transaction: sql.withTransaction,
    // The client begins every transaction as a writer, and there is only one of those.
    isolated: sql.withTransaction,
    // A query blocks the thread that could cancel it, so what can be cancelled is a wait between two statements.
    stall: Effect.sleep("30 seconds"),
    runningStalls: undefined,
    connectionId: Effect.succeed(1),
    explain
  }
})
