import { Data, Effect, Schedule } from "effect"
import { type SqlError, isSqlError } from "effect/sql/SqlError"
import { TaskGroup } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import { ACCOUNTS } from "./createTables.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"

export interface TransferReport {
  /** Transfers the database has in its books. */
  readonly booked: number
  /** Transfers that failed, of which nothing is left: those to nobody's account after their first half was written. */
  readonly refused: number
  /** Attempts that met another transaction and were made again. */
  readonly retried: number
}

interface Transfer {
  readonly id: number
  readonly payer: number
  readonly payee: number
  readonly amount: number
}

class TransferRefused extends Data.TaggedError("TransferRefused")<{ readonly account: number }> {
  override get message(): string {
    return `account ${this.account} does not exist or has not enough money`
  }
}

const FURTHER_ATTEMPTS = 50
// Waiting longer each time thins out the crowd that conflicts.
const BACKOFF = Schedule.jittered(Schedule.min([Schedule.exponential("2 millis"), Schedule.spaced("200 millis")]))

// Every tenth goes to an account that nobody has.
const transferOf = (id: number): Transfer => {
  const payer = 1 + ((id * 7) % ACCOUNTS)
  const payee = id % 10 === 0 ? ACCOUNTS + 1 : 1 + ((payer + (id % (ACCOUNTS - 1))) % ACCOUNTS)
  return { id, payer, payee, amount: 1 + (id % 9) }
}

const change = Effect.fnUntraced(function* ({ sql }: DemoDatabase, account: number, amount: number) {
  const changed = yield* sql`
    UPDATE account SET balance = balance + ${amount} WHERE id = ${account} AND balance + ${amount} >= 0 RETURNING id`
  if (changed.length === 0) return yield* new TransferRefused({ account })
})

const transferOnce = (database: DemoDatabase, transfer: Transfer) => {
  const { amount, payee, payer } = transfer
  const pay = change(database, payer, -amount)
  const receive = change(database, payee, amount)
  // The lower account first, always: two transfers that lock in different orders would wait for each other for ever.
  const both = payer < payee ? Effect.andThen(pay, receive) : Effect.andThen(receive, pay)
  const { sql } = database
  return database.isolated(Effect.andThen(both, sql`INSERT INTO transfer ${sql.insert({ ...transfer })}`))
}

const isConflict = (error: SqlError | TransferRefused): boolean =>
  isSqlError(error) && (error.reason._tag === "SerializationError" || error.reason._tag === "DeadlockError")

/** All money there is. */
export const totalMoney = ({ sql }: DemoDatabase) =>
  Effect.map(sql<{ total: unknown }>`SELECT sum(balance) AS total FROM account`, ([row]) => Number(row?.total))

/** Tries transfers, so many at once; some fail half-way on purpose. */
export const transferMoney = Effect.fnUntraced(function* (
  database: DemoDatabase,
  options: { readonly transfers: number; readonly limit: number }
): Effect.fn.Return<TransferReport, SqlError, Progress> {
  const { status } = yield* Progress
  let refused = 0
  let retried = 0
  const transfer = (id: number) =>
    transferOnce(database, transferOf(id)).pipe(
      Effect.tapError((error) => Effect.sync(() => void (isConflict(error) && retried++))),
      Effect.retry({ while: isConflict, schedule: BACKOFF, times: FURTHER_ATTEMPTS }),
      Effect.catchTag("TransferRefused", () => Effect.sync(() => void refused++)),
      Effect.andThen(status(`  ${id} of ${options.transfers} transfers tried`))
    )
  yield* TaskGroup.forEach(Array(options.transfers).keys(), transfer, { limit: options.limit, name: "transfers" })
  const [row] = yield* database.sql<{ booked: unknown }>`SELECT count(*) AS booked FROM transfer`
  return { booked: Number(row?.booked), refused, retried }
})
