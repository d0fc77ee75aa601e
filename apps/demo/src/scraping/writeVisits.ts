import { Effect, Option } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { CancelScope, Channel, Timeout } from "ferrule"
import type { CrawlStore, Visit } from "./CrawlStore.ts"

const BATCH = 100
const PATIENCE = "200 millis"

/** Waits for a first visit, then for what comes soon after it; empty when the channel has ended. */
const nextBatch = Effect.fnUntraced(function* (visits: Channel.Receiver<Visit>) {
  const first = yield* visits.receiveOption
  if (Option.isNone(first)) return []
  const batch = [first.value]
  const until = yield* CancelScope.after(PATIENCE)
  while (batch.length < BATCH) {
    const next = yield* Channel.select({
      visit: Channel.receiving(visits),
      ended: Channel.ended(visits),
      late: Timeout.at(until)
    })
    if (next._tag !== "visit") break
    batch.push(next.value)
  }
  return batch
})

/** Stores what comes through the channel in whole batches, until it ends. Answers how many batches there were. */
export const writeVisits = Effect.fnUntraced(function* (
  visits: Channel.Receiver<Visit>,
  store: Pick<CrawlStore, "write">
): Effect.fn.Return<number, SqlError> {
  for (let batches = 0; ; batches++) {
    const batch = yield* nextBatch(visits)
    if (batch.length === 0) return batches
    yield* store.write(batch)
  }
})
