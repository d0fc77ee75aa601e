import type { DatabaseSync, StatementSync } from "node:sqlite"

export interface Prepared {
  readonly statement: StatementSync
  /** Whether it answers with rows; one that does not answers with its count of changes. */
  readonly answersRows: boolean
}

const KEPT = 200

/** The statements of one database: the last used are prepared once each and kept. */
export const makePreparedStatements = (database: DatabaseSync) => {
  const kept = new Map<string, Prepared>()

  const prepare = (sql: string): Prepared => {
    const statement = database.prepare(sql)
    return { statement, answersRows: statement.columns().length > 0 }
  }

  const prepareOnce = (sql: string): Prepared => {
    const prepared = kept.get(sql) ?? prepare(sql)
    // A map keeps its order of insertion, so its first key is the one unused for longest.
    kept.delete(sql)
    kept.set(sql, prepared)
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as string)
    return prepared
  }

  return { prepare, prepareOnce }
}
