import { Clock, Effect } from "effect"
import type { Limit } from "../../src/index.ts"

/** Starts an effect in a fiber of the running one, up to its first wait. */
export const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

/** Numbers from 0 up. */
export const upTo = (n: number): Array<number> => Array.from({ length: n }, (_, i) => i)

/** Milliseconds since the start of virtual time, as the clock shows them. */
export const now = Clock.currentTimeMillis

/** What a limit says of itself. */
export const figures = (limit: Limit) => Effect.all({ borrowed: limit.borrowed, waiting: limit.waiting })
