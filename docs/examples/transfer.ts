/**
 * A transfer between two accounts. A database that is locked is worth another attempt, as long as one fits into the
 * budget; an account that does not exist is not. Whatever happens, no money appears or disappears.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Data, Duration, Effect, Exit, Schedule } from "effect"
import { TaskGroup, Timeout } from "ferrule"

export class DbError extends Data.TaggedError("DbError")<{ readonly why: string; readonly retryable: boolean }> {}

const run = (database: DatabaseSync, sql: string, ...values: ReadonlyArray<number>) =>
  Effect.try({
    try: () => database.prepare(sql).run(...values).changes,
    catch: (error) => {
      const why = error instanceof Error ? error.message : String(error)
      return new DbError({ why, retryable: why.includes("locked") })
    }
  })

/** Commits when `work` succeeds; on a failure or a cancel it rolls back. */
const transaction = <A>(database: DatabaseSync, work: Effect.Effect<A, DbError>) =>
  Effect.acquireUseRelease(
    run(database, "begin immediate"),
    () => work,
    (_, exit) => Effect.orDie(run(database, Exit.isSuccess(exit) ? "commit" : "rollback"))
  )

const add = (database: DatabaseSync, account: number, amount: number) =>
  Effect.flatMap(run(database, "update accounts set balance = balance + ? where id = ?", amount, account), (changes) =>
    changes === 1 ? Effect.void : new DbError({ why: `there is no account ${account}`, retryable: false })
  )

export const transfer = (database: DatabaseSync, from: number, to: number, amount: number) =>
  transaction(database, Effect.andThen(add(database, from, -amount), add(database, to, amount))).pipe(
    Timeout.retryWithin({
      schedule: Schedule.exponential("5 millis"),
      while: (error) => error.retryable,
      minAttempt: "50 millis"
    }),
    Timeout.failAfterWith(
      "500 millis",
      (late) => new DbError({ why: `late after ${Duration.format(late.elapsed)}`, retryable: false })
    )
  )

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "ferrule-transfer-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const open = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(path)),
    (database) => Effect.sync(() => database.close())
  )

const program = TaskGroup.run("bank", function* (group) {
  const path = join(yield* folder, "bank.sqlite")
  const [ours, theirs] = [yield* open(path), yield* open(path)]
  ours.exec(
    "create table accounts (id integer primary key, balance integer); insert into accounts values (1, 100), (2, 0)"
  )

  // Somebody else holds the lock for a moment.
  yield* group.spawn(transaction(theirs, Effect.sleep("30 millis")), { immediate: true })
  yield* transfer(ours, 1, 2, 30)
  console.log("transferred 30")

  console.log((yield* Effect.flip(transfer(ours, 1, 3, 30))).why)

  // Now for ever: the last error comes as soon as no further attempt fits.
  const holder = yield* group.spawn(transaction(theirs, Effect.never), { immediate: true })
  console.log((yield* Effect.flip(transfer(ours, 1, 2, 30))).why)
  yield* holder.cancelAndWait()

  console.log(
    ours
      .prepare("select balance from accounts order by id")
      .all()
      .map(({ balance }) => balance)
  )
})

await Effect.runPromise(program)
// => transferred 30
// => there is no account 3
// => database is locked
// => [ 70, 30 ]
