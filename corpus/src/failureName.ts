import { Cause } from "effect"

/** The tag of what is first in the cause, or itself if it has none. */
export const failureName = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : String(error)
}
