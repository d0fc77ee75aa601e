import type { Channel } from "ferrule"

export const range = (count: number): Array<number> => Array.from({ length: count }, (_, i) => i)

/** The item a tryReceive gave, or why there was none. */
export const taken = <A>(result: Channel.TryReceive<A, unknown>): A | "Empty" | "Ended" =>
  result._tag === "Item" ? result.value : result._tag
