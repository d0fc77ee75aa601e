import { Array, Effect, Option } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { connectionIds } from "./connectionIds.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"

export const BUDGET_MILLIS = 200
const PATIENCE = "5 seconds"

export interface CancelReport {
  /** Transactions that had changed a balance, were cancelled by their deadline, and left the balance as it was. */
  readonly cancelled: number
  /** From a deadline until its caller was back, at the longest. */
  readonly backMillis: number
  /** What the server did; undefined without a server. */
  readonly server: ServerReport | undefined
  /** Connections that the pool had before and still has. */
  readonly connections: number
}

interface ServerReport {
  /** The most of the queries that it was seen to run. */
  readonly seenRunning: number
  /** From the last deadline until it ran none of them; undefined when it went on. */
  readonly idleMillis: number | undefined
}

const balances = ({ sql }: DemoDatabase) =>
  Effect.map(
    sql<{ id: number; balance: number }>`SELECT id, balance FROM account`,
    (rows) => new Map(rows.map(({ balance, id }) => [id, balance]))
  )

/** Asks how many of the queries the server runs, until that is enough. */
const watch = Effect.fnUntraced(function* (
  running: Effect.Effect<number, SqlError>,
  isEnough: (count: number) => boolean
) {
  while (!isEnough(yield* running)) yield* Effect.sleep("5 millis")
})

/** A transaction that came back after its deadline. */
interface Late {
  readonly account: number
  readonly deadline: number
  readonly backMillis: number
}

/** Changes a balance and then runs into a deadline, which fails the transaction. Answers nothing if it did not. */
const changeAndStall = (
  { sql, stall, transaction }: DemoDatabase,
  account: number
): Effect.Effect<Option.Option<Late>, SqlError> =>
  sql`UPDATE account SET balance = balance + 1000 WHERE id = ${account}`.pipe(
    Effect.andThen(Timeout.failAfter(stall, BUDGET_MILLIS)),
    transaction,
    Effect.as(Option.none()),
    Effect.catchTag("DeadlineExceeded", ({ deadline }) =>
      Effect.map(CancelScope.now, (now) => Option.some({ account, deadline, backMillis: now - deadline }))
    )
  )

/** As many of them at once as there are connections, seen from the server, too. */
const changeAndStallOnAll = (database: DemoDatabase) =>
  TaskGroup.run("cancellation", function* (group) {
    const { connections, runningStalls } = database
    let seenRunning = 0
    let someAreBack = false
    const tasks = []
    for (let account = 1; account <= connections; account++) {
      const stalled = Effect.tap(changeAndStall(database, account), () => Effect.sync(() => void (someAreBack = true)))
      tasks.push(yield* group.spawn(stalled, `transaction-${account}`))
    }
    if (runningStalls !== undefined) {
      yield* watch(runningStalls, (count) => {
        seenRunning = Math.max(seenRunning, count)
        return count === connections || someAreBack
      })
    }
    const late = []
    for (const task of tasks) late.push(yield* task.join)
    return { late: Array.getSomes(late), seenRunning }
  })

/** Waits for the server to be idle. Answers how long after the last deadline that was; undefined when it goes on. */
const awaitIdle = (running: Effect.Effect<number, SqlError>, lastDeadline: number) =>
  watch(running, (count) => count === 0).pipe(
    Effect.andThen(CancelScope.now),
    Timeout.moveOnAfter(PATIENCE),
    Effect.map(Option.match({ onNone: () => undefined, onSome: (now) => inTenths(now - lastDeadline) }))
  )

const inTenths = (millis: number): number => Math.round(millis * 10) / 10

/** Lets transactions run into their deadlines, and looks at what is left of them. */
export const cancelTransactions = Effect.fnUntraced(function* (
  database: DemoDatabase
): Effect.fn.Return<CancelReport, SqlError> {
  const { runningStalls } = database
  const idsBefore = yield* connectionIds(database)
  const before = yield* balances(database)
  const { late, seenRunning } = yield* changeAndStallOnAll(database)
  const lastDeadline = Math.max(...late.map(({ deadline }) => deadline))
  const server =
    runningStalls === undefined ? undefined : { seenRunning, idleMillis: yield* awaitIdle(runningStalls, lastDeadline) }
  const after = yield* balances(database)
  const rolledBack = late.filter(({ account }) => before.get(account) === after.get(account))
  const idsAfter = yield* connectionIds(database)
  const allStopped = server === undefined || server.idleMillis !== undefined
  return {
    cancelled: allStopped ? rolledBack.length : 0,
    backMillis: inTenths(Math.max(...late.map(({ backMillis }) => backMillis))),
    server,
    connections: [...idsBefore].filter((id) => idsAfter.has(id)).length
  }
})
