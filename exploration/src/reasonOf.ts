import type { CancelScope } from "ferrule"

export const reasonOf = (outcome: CancelScope.Outcome<unknown>): string => {
  if (outcome._tag === "Completed") return "completed"
  const { reason } = outcome.trace
  return reason._tag === "Requested" ? `requested ${reason.message}` : reason._tag
}
