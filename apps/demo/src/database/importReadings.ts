import { Array, Effect, Stream } from "effect"
import type { SqlError } from "effect/sql/SqlError"
import { Channel, TaskGroup } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import { type Reading, readingOf } from "./Reading.ts"

const CAPACITY = 64
const BATCH = 500
const WRITERS = 4

export interface ImportReport {
  /** What the database holds afterwards. */
  readonly rows: number
  readonly batches: number
  /** The most readings that ever waited in the channel. */
  readonly peak: number
}

type Batch = Array.NonEmptyReadonlyArray<Reading>

type Produce<E> = (readings: Channel.Sender<Reading>) => Effect.Effect<void, E | Channel.ChannelClosed>

/** Sends so many readings. It waits whenever the database is behind: nothing piles up. */
export const produceReadings =
  (rows: number): Produce<never> =>
  (readings) =>
    Effect.gen(function* () {
      for (let id = 1; id <= rows; id++) yield* readings.send(readingOf(id))
    })

/** Stores a batch and its entry in the journal: both or none. */
const storeBatch = ({ sql, transaction }: DemoDatabase, batch: Batch) =>
  transaction(
    Effect.andThen(
      sql`INSERT INTO batch ${sql.insert({ first_id: batch[0].id, size: batch.length })}`,
      sql`INSERT INTO reading ${sql.insert(Array.map(batch, (reading) => ({ ...reading })))}`
    )
  )

const countRows = ({ sql }: DemoDatabase) =>
  Effect.map(
    sql<{ rows: number; batches: number }>`
      SELECT CAST((SELECT count(*) FROM reading) AS INTEGER) AS rows,
             CAST((SELECT count(*) FROM batch) AS INTEGER) AS batches`,
    // Sound: a select without FROM answers exactly one row.
    ([counts]) => counts as { rows: number; batches: number }
  )

/**
 * Stores what `produce` sends, in whole batches, some at once. When either side fails or this is cancelled, both end
 * before it returns, and the database holds whole batches.
 */
export const importReadings = Effect.fnUntraced(function* <E>(
  database: DemoDatabase,
  produce: Produce<E>
): Effect.fn.Return<ImportReport, SqlError | Exclude<E, Channel.ChannelClosed>, Progress> {
  const { status } = yield* Progress
  let stored = 0
  return yield* TaskGroup.run("import", function* (group) {
    const channel = yield* Channel.make<Reading>({ name: "readings", capacity: CAPACITY })
    const store = (batch: Batch) =>
      Effect.andThen(
        storeBatch(database, batch),
        Effect.suspend(() => status(`  ${(stored += batch.length)} rows stored`))
      )
    const writers = yield* group.spawn(
      channel.receiver.use((readings) =>
        TaskGroup.forEach(Stream.grouped(readings.stream, BATCH), store, { limit: WRITERS, name: "writers" })
      ),
      "writers"
    )
    yield* channel.sender.use(produce)
    yield* writers.join
    const { peak } = yield* channel.receiver.statistics
    return { ...(yield* countRows(database)), peak }
  })
})
