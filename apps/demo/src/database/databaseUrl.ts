import { Effect, Redacted } from "effect"
import { DemoError } from "../cli/Demo.ts"

/** A PostgreSQL to connect to. */
export interface PostgresAddress {
  readonly url: Redacted.Redacted
  /** Where it is, without user and password. */
  readonly place: string
}

const SCHEMES: ReadonlySet<string> = new Set(["postgres:", "postgresql:"])

const wrong = (what: string) =>
  new DemoError({
    message: `DATABASE_URL ${what}. Give it as postgres://user:password@host:port/database.`,
    exitCode: 2
  })

const placeOf = (url: URL): string => {
  const host = url.searchParams.get("host") ?? (url.hostname === "" ? "localhost" : decodeURIComponent(url.hostname))
  const port = url.searchParams.get("port") ?? (url.port === "" ? "5432" : url.port)
  return `${host}:${port}${decodeURIComponent(url.pathname)}`
}

/** Reads a connection URL. What is wrong with it is told without repeating it: it may hold a password. */
export const parseDatabaseUrl = Effect.fnUntraced(function* (
  given: Redacted.Redacted
): Effect.fn.Return<PostgresAddress, DemoError> {
  const url = yield* Effect.try({ try: () => new URL(Redacted.value(given)), catch: () => wrong("is no URL") })
  if (!SCHEMES.has(url.protocol)) return yield* wrong(`has the scheme "${url.protocol}", not postgres:`)
  const place = yield* Effect.try({
    try: () => {
      // Only to see that they can be decoded.
      decodeURIComponent(`${url.username}${url.password}`)
      return placeOf(url)
    },
    catch: () => wrong("has a % that encodes nothing")
  })
  return { url: given, place }
})
