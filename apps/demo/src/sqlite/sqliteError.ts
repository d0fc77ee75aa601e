import { classifySqliteError, SqlError, SqlSyntaxError } from "effect/sql/SqlError"

// SQLite's "SQL logic error": what `prepare` answers to a text it cannot read, or that names no table.
const LOGIC_ERROR = 1

// A primary key or row id that is there already is a unique violation, too, as it is in PostgreSQL.
const UNIQUE = 2067
const UNIQUE_BY_ANOTHER_NAME: ReadonlySet<number> = new Set([1555, 2579])

const numericCode = (cause: unknown): number | undefined =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode : undefined

/** Makes the typed error of `effect/sql` of what `node:sqlite` throws. */
export const sqliteError = (cause: unknown, operation: "open" | "prepare" | "execute" | "bind"): SqlError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = numericCode(cause)
  if (code === LOGIC_ERROR && operation === "prepare") {
    return new SqlError({ reason: new SqlSyntaxError({ cause, message, operation }) })
  }
  // Effect's classifier reads SQLite's number from `errno`; node:sqlite calls it `errcode`.
  const errno = code !== undefined && UNIQUE_BY_ANOTHER_NAME.has(code) ? UNIQUE : code
  const classified = errno === undefined ? cause : { errno, message, cause }
  return new SqlError({ reason: classifySqliteError(classified, { message, operation }) })
}
