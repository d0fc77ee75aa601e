import { Effect, Option } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { connectionIds } from "./connectionIds.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"

export const BUDGET_MILLIS = 200
const PATIENCE_MILLIS = 5000

export interface CancelReport {
  /** Transactions that had changed a balance, were cancelled by their deadline, and left the balance as it was. */
  readonly cancelled: number
  /** From the deadline until the last caller was back. */
  readonly backMillis: number
  /** What the server did; undefined without a server. */
  readonly server: ServerReport | undefined
  /** Connections that the pool had before and still has. */
  readonly connections: number
}

interface ServerReport {
  /** The most of the queries that it was seen to run. */
  readonly seenRunning: number
  /** From the deadline until it ran none of them. */
  readonly idleMillis: number
}

const balances = ({ sql }: DemoDatabase) =>
  Effect.map(
    sql<{ id: number; balance: number }>`SELECT id, balance FROM account`,
    (rows) => new Map(rows.map(({ balance, id }) => [id, balance]))
  )

/** Asks until the server runs so many of the queries, or the time is up. Answers the last count. */
const awaitRunning = Effect.fnUntraced(function* (
  running: Effect.Effect<number, SqlError>,
  wanted: number,
  until: number
) {
  while (true) {
    const count = yield* running
    if (count === wanted || (yield* CancelScope.now) >= until) return count
    yield* Effect.sleep("5 millis")
  }
})

/** In one transaction each: a change, and then what takes much longer than the deadline allows. */
const changeAndStall = Effect.fnUntraced(function* (database: DemoDatabase, deadline: number) {
  const { connections, runningStalls, sql } = database
  const changed = new Set<number>()
  const transaction = (account: number) =>
    sql`UPDATE account SET balance = balance + 1000 WHERE id = ${account}`.pipe(
      Effect.andThen(Effect.sync(() => changed.add(account))),
      Effect.andThen(database.stall),
      sql.withTransaction,
      Timeout.moveOnAt(deadline)
    )
  return yield* TaskGroup.run("cancellation", function* (group) {
    const tasks = []
    for (let account = 1; account <= connections; account++) {
      tasks.push(yield* group.spawn(transaction(account), `transaction-${account}`))
    }
    const seenRunning = runningStalls === undefined ? 0 : yield* awaitRunning(runningStalls, connections, deadline)
    for (const [index, task] of tasks.entries()) {
      if (Option.isSome(yield* task.join)) changed.delete(index + 1)
    }
    return { changed, seenRunning }
  })
})

/** Lets transactions run into their deadline, as many as there are connections, and looks at what is left of them. */
export const cancelTransactions = Effect.fnUntraced(function* (
  database: DemoDatabase
): Effect.fn.Return<CancelReport, SqlError> {
  const { runningStalls } = database
  const idsBefore = yield* connectionIds(database)
  const before = yield* balances(database)
  const deadline = yield* CancelScope.after(BUDGET_MILLIS)
  const sinceDeadline = Effect.map(CancelScope.now, (now) => Math.round((now - deadline) * 10) / 10)
  const { changed, seenRunning } = yield* changeAndStall(database, deadline)
  const backMillis = yield* sinceDeadline
  const stillRunning =
    runningStalls === undefined ? 0 : yield* awaitRunning(runningStalls, 0, deadline + PATIENCE_MILLIS)
  const idleMillis = yield* sinceDeadline
  const after = yield* balances(database)
  const rolledBack = [...changed].filter((account) => before.get(account) === after.get(account))
  const idsAfter = yield* connectionIds(database)
  return {
    cancelled: stillRunning === 0 ? rolledBack.length : 0,
    backMillis,
    server: runningStalls === undefined ? undefined : { seenRunning, idleMillis },
    connections: [...idsBefore].filter((id) => idsAfter.has(id)).length
  }
})
