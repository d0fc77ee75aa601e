import { Config, Effect, Option, Redacted, type Scope } from "effect"
import type { DemoError, Progress } from "../cli/Demo.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import { parseDatabaseUrl } from "./databaseUrl.ts"
import { openPostgres } from "./openPostgres.ts"
import { openSqlite } from "./openSqlite.ts"

const databaseUrl = Config.option(Config.Redacted("DATABASE_URL"))

/** Opens the PostgreSQL of `DATABASE_URL`, or SQLite when that is not set; closed with the resource scope. */
export const openDatabase = Effect.fnUntraced(function* (
  connections: number
): Effect.fn.Return<DemoDatabase, DemoError, Progress | Scope.Scope> {
  const given = yield* Effect.orDie(databaseUrl)
  if (Option.isNone(given) || Redacted.value(given.value) === "") return yield* openSqlite
  return yield* openPostgres(yield* parseDatabaseUrl(given.value), connections)
})
