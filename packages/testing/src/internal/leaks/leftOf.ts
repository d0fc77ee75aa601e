import type { Resource } from "@ferrule/runtime"
import type { LeftKind, Leftover } from "../../Leftover.ts"

/** What is taken, and has to be given back: it is left as long as it is open. */
const taken: Readonly<Record<string, LeftKind>> = {
  permits: "permits",
  stay: "permits",
  "channel permit": "permits",
  "abort listener": "listeners"
}

const isLine = (figure: string): boolean => /waiting$/i.test(figure)

const numberAt = (figure: number | string | undefined): number => (typeof figure === "number" ? figure : 0)

/** What nobody received is lost; but not a tick, nor a value that a watch shows until there is another. */
const isLost = ({ kind, name }: Resource): boolean =>
  kind !== "ticker" && !(kind === "subscription" && name === "watch")

/** What is left of a resource that is still open: of one that nobody uses any more, and that holds nothing, nothing. */
export const leftOf = (resource: Resource): ReadonlyArray<Pick<Leftover, "kind" | "count" | "what">> => {
  const figures = resource.state()
  const called = resource.name === "unnamed" ? resource.kind : `${resource.kind} ${JSON.stringify(resource.name)}`
  const kind = taken[resource.kind]
  if (kind !== undefined) {
    const count = typeof figures["permits"] === "number" ? figures["permits"] : 1
    return [{ kind, count, what: `${count === 1 ? "" : `${count} `}${called}` }]
  }
  const items = isLost(resource) ? numberAt(figures["items"]) : 0
  const waiting = Object.entries(figures).reduce((sum, [name, n]) => sum + (isLine(name) ? numberAt(n) : 0), 0)
  return [
    ...(items > 0 ? [{ kind: "items", count: items, what: `${items} in ${called}` } as const] : []),
    ...(waiting > 0 ? [{ kind: "waiters", count: waiting, what: `${waiting} waiting for ${called}` } as const] : [])
  ]
}
