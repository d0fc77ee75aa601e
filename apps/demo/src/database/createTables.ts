import { Array, Effect } from "effect"
import type { DemoDatabase } from "./DemoDatabase.ts"

/** Accounts have the ids from 1 on. */
export const ACCOUNTS = 300
const BALANCE = 1000

/** Makes the tables, and accounts with the same money each. */
export const createTables = ({ sql, transaction }: DemoDatabase) => {
  const accounts = Array.makeBy(ACCOUNTS, (index) => ({ id: index + 1, balance: BALANCE }))
  return transaction(
    Effect.all(
      [
        sql`CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, value INTEGER NOT NULL)`,
        sql`CREATE TABLE batch (first_id INTEGER PRIMARY KEY, size INTEGER NOT NULL)`,
        sql`CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL)`,
        sql`CREATE TABLE transfer (id INTEGER PRIMARY KEY, payer INTEGER NOT NULL, payee INTEGER NOT NULL,
            amount INTEGER NOT NULL)`,
        sql`INSERT INTO account ${sql.insert(accounts)}`
      ],
      { discard: true }
    )
  )
}
