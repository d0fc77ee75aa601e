import type { SqlError } from "effect/sql/SqlError"
import { DemoError } from "../cli/Demo.ts"

/** The words of the server or of the network, which stand in the cause. */
export const detailOf = ({ cause, message, reason }: SqlError): string => {
  const inner = reason.cause
  if (inner instanceof Error && inner.message !== "") return inner.message
  // Several addresses that all refuse make an error without a message.
  if (inner instanceof Error && "code" in inner) return String(inner.code)
  return message || cause._tag
}

/** What went wrong in the PostgreSQL at this place, in one line. */
export const explain =
  (place: string) =>
  (error: SqlError): DemoError => {
    const detail = detailOf(error).replaceAll(/\s+/g, " ")
    switch (error.reason._tag) {
      case "ConnectionError":
        return failed(`No connection to PostgreSQL at ${place}: ${detail}. Does it run, and is DATABASE_URL right?`)
      case "AuthenticationError":
        return failed(`PostgreSQL at ${place} lets nobody in with this DATABASE_URL: ${detail}.`)
      default:
        return failed(`PostgreSQL at ${place} says: ${detail}.`)
    }
  }

export const failed = (message: string) => new DemoError({ message, exitCode: 1 })
