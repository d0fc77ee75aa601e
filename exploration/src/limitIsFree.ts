import { Effect } from "effect"
import type { Limit } from "ferrule"
import type { World } from "./World.ts"

export const isFree = (see: World, limit: Limit.Limit) =>
  Effect.map(Effect.all([limit.waiting, limit.borrowed]), (now) =>
    see.equal(now, [0, 0], "nobody waits, nothing is borrowed")
  )
