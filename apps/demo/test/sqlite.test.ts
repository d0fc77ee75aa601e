import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope, Stream } from "effect"
import * as SqliteClient from "../src/sqlite/SqliteClient.ts"

const withFile = <A, E, R>(use: (filename: string) => Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "ferrule-sqlite-"))),
    (folder) => use(join(folder, "test.sqlite")),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const inMemory = SqliteClient.make({ filename: ":memory:" }).pipe(
  Effect.tap((sql) => sql`CREATE TABLE account (name TEXT PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0))`),
  Effect.tap(
    (sql) =>
      sql`INSERT INTO account ${sql.insert([
        { name: "ada", balance: 10 },
        { name: "bob", balance: 20 }
      ])}`
  )
)

const numbers = Array.from({ length: 300 }, (_, n) => n)
const names = "SELECT name FROM account ORDER BY name"

describe("SqliteClient", () => {
  it.effect("reads back what was written, with parameters of every kind", () =>
    Effect.gen(function* () {
      const sql = yield* SqliteClient.make({ filename: ":memory:" })
      yield* sql`CREATE TABLE kinds (a, b, c, d, e, f)`
      const at = new Date("2026-11-02T03:04:05.006Z")
      yield* sql`INSERT INTO kinds VALUES (${"it's"}, ${1.5}, ${true}, ${null}, ${at}, ${new Uint8Array([1, 2])})`
      const rows = yield* sql`SELECT * FROM kinds`
      assert.deepStrictEqual(
        { ...rows[0] },
        {
          a: "it's",
          b: 1.5,
          c: 1,
          d: null,
          e: at.toISOString(),
          f: new Uint8Array([1, 2])
        }
      )
    })
  )

  it.effect("a file keeps its rows after its scope has closed it", () =>
    withFile((filename) =>
      Effect.gen(function* () {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const sql = yield* SqliteClient.make({ filename })
            yield* sql`CREATE TABLE kept (n INTEGER)`
            yield* sql`INSERT INTO kept VALUES (${7})`
            assert.isTrue(existsSync(`${filename}-wal`))
          })
        )
        // SQLite removes its log when the last connection closes: this one did close.
        assert.isFalse(existsSync(`${filename}-wal`))
        const sql = yield* SqliteClient.make({ filename })
        assert.deepStrictEqual(yield* sql`SELECT n FROM kept`.values, [[7]])
      }).pipe(Effect.scoped)
    )
  )

  it.effect("a failed transaction leaves nothing, a failed savepoint only what came before it", () =>
    Effect.gen(function* () {
      const sql = yield* inMemory
      const outer = sql`INSERT INTO account VALUES ('cyd', 1)`.pipe(
        Effect.andThen(Effect.fail("no")),
        sql.withTransaction
      )
      assert.strictEqual(yield* Effect.flip(outer), "no")
      const inner = sql`INSERT INTO account VALUES ('eve', 1)`.pipe(
        Effect.andThen(Effect.fail("no")),
        sql.withTransaction
      )
      yield* sql`INSERT INTO account VALUES ('dan', 1)`.pipe(Effect.andThen(Effect.exit(inner)), sql.withTransaction)
      assert.deepStrictEqual(yield* sql.unsafe(names).values, [["ada"], ["bob"], ["dan"]])
    })
  )

  it.effect("an interrupted transaction is rolled back before its fiber ends", () =>
    Effect.gen(function* () {
      const sql = yield* inMemory
      const written = yield* Deferred.make<void>()
      const fiber = yield* sql`DELETE FROM account`.pipe(
        Effect.andThen(Deferred.succeed(written, undefined)),
        Effect.andThen(Effect.never),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(written)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* sql.unsafe(names).values, [["ada"], ["bob"]])
    })
  )

  it.effect("a statement of another fiber waits for the transaction instead of falling into it", () =>
    Effect.gen(function* () {
      const sql = yield* inMemory
      const opened = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const transaction = yield* sql`DELETE FROM account`.pipe(
        Effect.andThen(Deferred.succeed(opened, undefined)),
        Effect.andThen(Deferred.await(go)),
        Effect.andThen(Effect.fail("rolled back")),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(opened)
      const reader = yield* Effect.forkChild(sql.unsafe(names).values, { startImmediately: true })
      yield* Effect.yieldNow
      assert.isUndefined(reader.pollUnsafe())
      yield* Deferred.succeed(go, undefined)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(transaction)))
      assert.deepStrictEqual(yield* Fiber.join(reader), [["ada"], ["bob"]])
    })
  )

  it.effect("what SQLite refuses is a typed error that says why", () =>
    Effect.gen(function* () {
      const sql = yield* inMemory
      const reasonOf = (text: string, params: ReadonlyArray<unknown> = []) =>
        Effect.map(Effect.flip(sql.unsafe(text, params)), ({ message, reason }) => [reason._tag, message])
      assert.deepStrictEqual(yield* reasonOf("SELEC 1"), ["SqlSyntaxError", `near "SELEC": syntax error`])
      assert.deepStrictEqual(yield* reasonOf("INSERT INTO account VALUES ('ada', 1)"), [
        "UniqueViolation",
        "UNIQUE constraint failed: account.name"
      ])
      assert.deepStrictEqual(yield* reasonOf("UPDATE account SET balance = -1"), [
        "ConstraintError",
        "CHECK constraint failed: balance >= 0"
      ])
      const [tag, message] = yield* reasonOf("SELECT ?", [{ a: 1 }])
      assert.strictEqual(tag, "UnknownError")
      assert.match(message!, /cannot store a parameter of type object/)
      const missing = yield* Effect.flip(SqliteClient.make({ filename: join(tmpdir(), "no-such-folder", "x.sqlite") }))
      assert.strictEqual(missing.reason._tag, "ConnectionError")
    })
  )

  it.effect("two clients of one file wait for each other's transactions", () =>
    withFile((filename) =>
      Effect.gen(function* () {
        const one = yield* SqliteClient.make({ filename })
        const two = yield* SqliteClient.make({ filename })
        yield* one`CREATE TABLE counter (n INTEGER)`
        yield* one`INSERT INTO counter VALUES (0)`
        const increment = (sql: typeof one) => sql.withTransaction(sql`UPDATE counter SET n = n + 1`)
        yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.all([increment(one), increment(two)]))
        assert.deepStrictEqual(yield* two`SELECT n FROM counter`.values, [[100]])
      }).pipe(Effect.scoped)
    )
  )

  it.effect("a stream reads page by page and stopping it early frees the database", () =>
    Effect.gen(function* () {
      const sql = yield* SqliteClient.make({ filename: ":memory:" })
      yield* sql`CREATE TABLE numbers (n INTEGER)`
      yield* sql`INSERT INTO numbers SELECT value FROM json_each(${JSON.stringify(numbers)})`
      const all = yield* Stream.runCollect(sql`SELECT n FROM numbers ORDER BY n`.stream)
      assert.deepStrictEqual(
        all.map((row) => row["n"]),
        numbers
      )
      const some = yield* Stream.runCollect(Stream.take(sql`SELECT n FROM numbers ORDER BY n`.stream, 3))
      assert.strictEqual(some.length, 3)
      yield* sql.withTransaction(sql`DROP TABLE numbers`)
      const late = Stream.runCollect(sql`SELECT abs(-9223372036854775808)`.stream)
      assert.strictEqual((yield* Effect.flip(late))._tag, "SqlError")
    })
  )

  it.effect("more different statements than the cache holds all work, and so do repeated ones", () =>
    Effect.gen(function* () {
      const sql = yield* inMemory
      for (const round of [1, 2]) {
        for (let n = 0; n < 300; n++) {
          assert.deepStrictEqual(yield* sql.unsafe(`SELECT ${n} + ?`, [round]).values, [[n + round]])
        }
      }
    })
  )

  it.effect("closing the scope closes the database: a later statement fails", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const sql = yield* Scope.provide(SqliteClient.make({ filename: ":memory:" }), scope)
      yield* Scope.close(scope, Exit.void)
      assert.match((yield* Effect.flip(sql`SELECT 1`)).message, /not open/)
    })
  )
})
