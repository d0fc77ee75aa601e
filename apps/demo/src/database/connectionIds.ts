import { Deferred, Effect } from "effect"
import { TaskGroup, Timeout } from "ferrule"
import type { DemoDatabase } from "./DemoDatabase.ts"

const PATIENCE = "5 seconds"

/** Holds all connections of the pool at once and tells which they are; fewer when the pool does not give them. */
export const connectionIds = Effect.fnUntraced(function* ({ connectionId, connections, transaction }: DemoDatabase) {
  const ids = new Set<number>()
  const allHeld = yield* Deferred.make<void>()
  const hold = transaction(
    Effect.gen(function* () {
      ids.add(yield* connectionId)
      if (ids.size === connections) yield* Deferred.succeed(allHeld, undefined)
      yield* Deferred.await(allHeld)
    })
  )
  yield* TaskGroup.forEach(Array(connections).keys(), () => hold, { limit: connections, name: "holders" }).pipe(
    Timeout.moveOnAfter(PATIENCE)
  )
  return ids
})
