import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import { Effect, Option, Stream } from "effect"
import { SafeIntegers } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import type { SqlError } from "effect/sql/SqlError"
import { makePreparedStatements, type Prepared } from "./PreparedStatements.ts"
import { sqliteError } from "./sqliteError.ts"

export interface SqliteConnection extends Connection {
  readonly database: DatabaseSync
}

type Inputs = ReadonlyArray<SQLInputValue>
type TransformRows = (<A extends object>(rows: ReadonlyArray<A>) => ReadonlyArray<A>) | undefined

const CURSOR_PAGE = 128

// What SQLite has no type for is turned into what it has; a plain object would be taken for named parameters.
const toInput = (value: unknown): SQLInputValue => {
  if (value === undefined || value === null) return null
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value
  // Sound: typed arrays and DataView are all the views there are.
  if (ArrayBuffer.isView(value)) return value as Uint8Array
  throw new TypeError(`SQLite cannot store a parameter of type ${typeof value}: pass text, a number, bytes or null.`)
}

const attempt = <A>(operation: "prepare" | "execute" | "bind", run: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (cause) => sqliteError(cause, operation) })

/** Prepares, binds and runs one statement; each step's failure is told apart. */
const runStatement = <A>(
  prepare: (sql: string) => Prepared,
  sql: string,
  params: ReadonlyArray<unknown>,
  use: (prepared: Prepared, inputs: Inputs) => A
): Effect.Effect<A, SqlError> =>
  Effect.gen(function* () {
    const inputs = yield* attempt("bind", () => params.map(toInput))
    const prepared = yield* attempt("prepare", () => prepare(sql))
    const bigIntegers = yield* SafeIntegers
    return yield* attempt("execute", () => {
      prepared.statement.setReadBigInts(bigIntegers)
      return use(prepared, inputs)
    })
  })

const runForRows =
  (as: "objects" | "arrays") =>
  ({ answersRows, statement }: Prepared, inputs: Inputs): ReadonlyArray<unknown> => {
    if (answersRows) {
      statement.setReturnArrays(as === "arrays")
      return statement.all(...inputs)
    }
    statement.run(...inputs)
    return []
  }

const runRaw = (prepared: Prepared, inputs: Inputs) =>
  prepared.answersRows ? runForRows("objects")(prepared, inputs) : prepared.statement.run(...inputs)

const runForObjects =
  (prepare: (sql: string) => Prepared) => (sql: string, params: ReadonlyArray<unknown>, transform: TransformRows) =>
    Effect.map(runStatement(prepare, sql, params, runForRows("objects")), (rows) =>
      transform === undefined ? rows : transform(rows as ReadonlyArray<object>)
    )

const runForArrays = (prepare: (sql: string) => Prepared) => (sql: string, params: ReadonlyArray<unknown>) =>
  Effect.map(
    runStatement(prepare, sql, params, runForRows("arrays")),
    // Sound: the statement was told to answer each row as an array.
    (rows) => rows as ReadonlyArray<ReadonlyArray<unknown>>
  )

const readCursor = (cursor: Iterator<object>, transform: TransformRows): Stream.Stream<object, SqlError> =>
  Stream.paginate(undefined, () =>
    attempt("execute", () => {
      const rows: Array<object> = []
      while (rows.length < CURSOR_PAGE) {
        const next = cursor.next()
        if (next.done) break
        rows.push(next.value)
      }
      const more = rows.length === CURSOR_PAGE ? Option.some(undefined) : Option.none()
      return [transform === undefined ? rows : transform(rows), more] as const
    })
  )

/** One `node:sqlite` database as a connection of `effect/sql`: each statement runs to its end, blocking the thread. */
export const makeSqliteConnection = (database: DatabaseSync): SqliteConnection => {
  const { prepare, prepareOnce } = makePreparedStatements(database)

  // A cursor keeps its statement busy, so it gets one of its own; closing it lets the transaction it reads in end.
  const openCursor = (sql: string, params: ReadonlyArray<unknown>) =>
    Effect.acquireRelease(
      runStatement(prepare, sql, params, ({ statement }, inputs) => statement.iterate(...inputs)),
      (cursor) => Effect.sync(() => void cursor.return?.())
    )

  return {
    database,
    execute: runForObjects(prepareOnce),
    executeUnprepared: runForObjects(prepare),
    executeValues: runForArrays(prepareOnce),
    executeValuesUnprepared: runForArrays(prepare),
    executeRaw: (sql, params) => runStatement(prepareOnce, sql, params, runRaw),
    executeStream: (sql, params, transform) =>
      Stream.unwrap(Effect.map(openCursor(sql, params), (cursor) => readCursor(cursor, transform)))
  }
}
