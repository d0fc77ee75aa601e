import { Flag } from "effect/cli"

export interface Options {
  /** How many rows the import gives. */
  readonly rows: number
  /** How many point queries are asked. */
  readonly queries: number
  /** How many transfers are tried. */
  readonly transfers: number
  /** Connections of the pool, and tasks that query or transfer at once. */
  readonly pool: number
}

export const defaults: Options = { rows: 20_000, queries: 5_000, transfers: 1_000, pool: 8 }

const int = (name: keyof Options, from: number, to: number, description: string) =>
  Flag.Int(name).pipe(
    Flag.withDescription(`${description} (default ${defaults[name]})`),
    Flag.filter(
      (value) => value >= from && value <= to,
      () => `a number from ${from} to ${to}`
    ),
    Flag.withDefault(defaults[name])
  )

export const flags = {
  rows: int("rows", 1, 10_000_000, "how many rows to import"),
  queries: int("queries", 1, 1_000_000, "how many point queries to ask"),
  transfers: int("transfers", 1, 1_000_000, "how many transfers to try"),
  pool: int("pool", 1, 64, "connections to PostgreSQL, and tasks that query or transfer at once")
}
