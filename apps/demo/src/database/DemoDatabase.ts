import type { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { SqlError } from "effect/sql/SqlError"
import type { DemoError } from "../cli/Demo.ts"

/** An open database: what all of them do alike is in `sql`, and the rest is where they differ. */
export interface DemoDatabase {
  readonly backend: "sqlite" | "postgresql"
  /** What it is and where, for people; without the password. */
  readonly description: string
  readonly sql: SqlClient.SqlClient
  /** How many transactions can be open at once. */
  readonly connections: number
  /** Runs the body in a transaction: committed when it succeeds, rolled back when it fails or is cancelled. */
  readonly transaction: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>
  /**
   * The same, for a body that must not change a row which another transaction changed meanwhile: the database refuses it
   * with a conflict then, and it can be tried again.
   */
  readonly isolated: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>
  /** Takes half a minute: a query that the server runs, or a wait where a running query cannot be cancelled. */
  readonly stall: Effect.Effect<void, SqlError>
  /** How many of our stalls the server runs at this moment; undefined without a server. */
  readonly runningStalls: Effect.Effect<number, SqlError> | undefined
  /** Which connection this is. */
  readonly connectionId: Effect.Effect<number, SqlError>
  /** What the user can do about it, in one line. */
  readonly explain: (error: SqlError) => DemoError
}
