import { assert, describe, it } from "@effect/vitest"
import { Data, Deferred, Effect, Fiber } from "effect"
import { Progress } from "../src/cli/Demo.ts"
import { cancelTransactions } from "../src/database/cancelTransactions.ts"
import { createTables } from "../src/database/createTables.ts"
import { play } from "../src/database/database.ts"
import type { DemoDatabase } from "../src/database/DemoDatabase.ts"
import { importReadings, produceReadings } from "../src/database/importReadings.ts"
import { openSqlite } from "../src/database/openSqlite.ts"
import { queryReadings } from "../src/database/queryReadings.ts"
import { totalMoney, transferMoney } from "../src/database/transferMoney.ts"

const OPTIONS = { rows: 2345, queries: 200, transfers: 100, pool: 8 }

const telling = (lines: Array<string>) =>
  Progress.of({ line: (text) => Effect.sync(() => void lines.push(text)), status: () => Effect.void })

const quietly = Effect.provideService(Progress, telling([]))

const withTables = Effect.tap(openSqlite, createTables)

/** A database whose transactions only say that they are ones: what every check must notice. */
const withoutTransactions = (database: DemoDatabase): DemoDatabase => ({
  ...database,
  transaction: (body) => body,
  isolated: (body) => body
})

/** A database that runs so many statements and then says so and never answers again. */
const stoppingAfter = (database: DemoDatabase, statements: number, stopped: Deferred.Deferred<void>): DemoDatabase => {
  const { sql } = database
  let run = 0
  const stop = Effect.andThen(Deferred.succeed(stopped, undefined), Effect.never)
  const counting = (strings: TemplateStringsArray, ...values: ReadonlyArray<never>) =>
    Effect.tap(sql(strings, ...values), () => (++run === statements ? stop : Effect.void))
  return { ...database, sql: Object.assign(counting, sql) as never }
}

interface Stored {
  readonly rows: number
  readonly journal: number
}

const stored = ({ sql }: DemoDatabase) =>
  Effect.map(
    sql<Stored>`SELECT (SELECT count(*) FROM reading) AS rows, (SELECT coalesce(sum(size), 0) FROM batch) AS journal`,
    (found) => found[0] as Stored
  )

class SourceFailed extends Data.TaggedError("SourceFailed") {}

describe("the database demo on SQLite", () => {
  it.live("stores every row, answers every query, conserves the money and undoes what it cancels", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const database = yield* openSqlite
      const result = yield* Effect.provideService(play(database, OPTIONS), Progress, telling(lines))
      const { backMillis, ...counts } = result
      assert.deepStrictEqual(counts, {
        demo: "database",
        backend: "sqlite",
        rows: 2345,
        peak: 64,
        queries: 200,
        transfers: 90,
        rolledBack: 10,
        retried: 0,
        conserved: true,
        cancelled: 1,
        connections: 1
      })
      assert.isBelow(backMillis, 5000)
      assert.isAtLeast(lines.length, 5)
      assert.isBelow(lines.length, 10)
    })
  )

  it.live("does not count a cancelled transaction whose change stayed", () =>
    Effect.gen(function* () {
      const database = yield* withTables
      assert.strictEqual((yield* cancelTransactions(withoutTransactions(database))).cancelled, 0)
      assert.strictEqual((yield* cancelTransactions(database)).cancelled, 1)
    })
  )

  it.effect("books a transfer whole or not at all", () =>
    Effect.gen(function* () {
      const database = yield* withTables
      const before = yield* totalMoney(database)
      const report = yield* transferMoney(database, { transfers: 100, limit: 8 })
      assert.deepStrictEqual(report, { booked: 90, refused: 10, retried: 0 })
      assert.strictEqual(yield* totalMoney(database), before)
      // The same transfers without transactions: half of a refused one stays.
      yield* database.sql`DELETE FROM transfer`
      yield* transferMoney(withoutTransactions(database), { transfers: 100, limit: 8 })
      assert.isBelow(yield* totalMoney(database), before)
    }).pipe(quietly)
  )

  it.effect("counts the answers that are right", () =>
    Effect.gen(function* () {
      const database = yield* withTables
      yield* importReadings(database, produceReadings(50))
      const ask = queryReadings(database, { queries: 50, rows: 50, limit: 8 })
      assert.strictEqual(yield* ask, 50)
      yield* database.sql`UPDATE reading SET value = value + 1 WHERE id <= 7`
      assert.strictEqual(yield* ask, 43)
    }).pipe(quietly)
  )
})

describe("the import", () => {
  /** Interrupts an import after so many statements, two for each batch. Answers what it has stored. */
  const interrupted = (statements: number, opened: (database: DemoDatabase) => DemoDatabase) =>
    Effect.gen(function* () {
      const database = yield* withTables
      const stopped = yield* Deferred.make<void>()
      const fiber = yield* importReadings(
        stoppingAfter(opened(database), statements, stopped),
        produceReadings(1700)
      ).pipe(Effect.forkChild)
      yield* Deferred.await(stopped)
      yield* Fiber.interrupt(fiber)
      return { ...(yield* stored(database)) }
    }).pipe(Effect.scoped)

  it.effect.each([1, 2, 3, 4, 5, 6])("leaves whole batches when it is interrupted after %d statements", (statements) =>
    Effect.gen(function* () {
      const rows = 500 * Math.floor((statements - 1) / 2)
      assert.deepStrictEqual(yield* interrupted(statements, (database) => database), { rows, journal: rows })
    }).pipe(quietly)
  )

  it.effect("would leave half a batch without transactions", () =>
    Effect.gen(function* () {
      const { journal, rows } = yield* interrupted(1, withoutTransactions)
      assert.notStrictEqual(rows, journal)
    }).pipe(quietly)
  )

  it.effect("fails with its producer, and has closed the channel by then", () =>
    Effect.gen(function* () {
      const database = yield* withTables
      let probe = Effect.succeed<string>("never asked")
      const error = yield* Effect.flip(
        importReadings(database, (readings) => {
          probe = readings.trySend({ id: 1, sensor: 1, value: 1 })
          return Effect.andThen(produceReadings(1700)(readings), new SourceFailed())
        })
      )
      assert.strictEqual(error._tag, "SourceFailed")
      assert.strictEqual(yield* probe, "closed")
      const { journal, rows } = yield* stored(database)
      assert.strictEqual(rows, journal)
      assert.isBelow(rows, 1700)
    }).pipe(quietly)
  )

  it.effect("fails with its writer, and has ended the producer by then", () =>
    Effect.gen(function* () {
      const database = yield* withTables
      yield* database.sql`INSERT INTO reading VALUES (700, 0, 0)`
      let ended = false
      const producer = (readings: Parameters<ReturnType<typeof produceReadings>>[0]) =>
        Effect.ensuring(
          produceReadings(1_000_000)(readings),
          Effect.sync(() => {
            ended = true
          })
        )
      const error = yield* Effect.flip(importReadings(database, producer))
      assert.strictEqual(error.reason._tag, "UniqueViolation")
      assert.isTrue(ended)
      const { journal, rows } = yield* stored(database)
      assert.strictEqual(rows, journal + 1)
    }).pipe(quietly)
  )
})
