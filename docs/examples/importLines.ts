/**
 * Lines become rows, three at a time, and rows are inserted in batches; a line that cannot be read is put aside and
 * stops nobody. Every stage ends when the one before it has: nobody counts sentinels.
 */
import { DatabaseSync } from "node:sqlite"
import { Data, Effect, Stream } from "effect"
import { Channel, TaskGroup } from "ferrule"

export class RowError extends Data.TaggedError("RowError")<{ readonly line: number; readonly why: string }> {}
export class DbError extends Data.TaggedError("DbError")<{ readonly why: string }> {}
interface Row {
  readonly id: number
  readonly name: string
}

const parse = (text: string, line: number): Effect.Effect<Row, RowError> => {
  const [id, name] = text.split(",")
  if (!name) return Effect.fail(new RowError({ line, why: "has no name" }))
  if (!Number.isInteger(Number(id))) return Effect.fail(new RowError({ line, why: `has "${id}" for a number` }))
  return Effect.succeed({ id: Number(id), name })
}

const database = new DatabaseSync(":memory:")
database.exec("create table people (id integer primary key, name text not null)")

const insertBatch = (rows: ReadonlyArray<Row>) =>
  Effect.try({
    try: () => {
      const insert = database.prepare("insert into people values (?, ?)")
      for (const { id, name } of rows) insert.run(id, name)
    },
    catch: (error) => new DbError({ why: String(error) })
  })

export const importLines = (source: Iterable<string>) =>
  TaskGroup.run("import", function* (group) {
    const lines = yield* Channel.make<readonly [text: string, line: number]>({ name: "lines", capacity: 64 })
    const rows = yield* Channel.make<Row>({ name: "rows", capacity: 64 })
    const rejects = yield* Channel.make<RowError>({ name: "rejects", capacity: 64 })

    const read = lines.sender.use((tx) =>
      Effect.forEach(source, (text, index) => tx.send([text, index + 1]), { discard: true })
    )
    yield* group.spawn(read, "read")
    // Each parser has its own handle on either channel, and the last of them to end ends both.
    const [good, bad] = [yield* rows.sender.split(3), yield* rejects.sender.split(3)]
    for (const [i, own] of good.entries()) {
      const parseAll = own.use((row) =>
        bad[i]!.use((reject) =>
          lines.receiver.forEach(([text, line]) =>
            Effect.matchEffect(parse(text, line), { onSuccess: row.send, onFailure: reject.send })
          )
        )
      )
      yield* group.spawn(parseAll, `parse-${i}`)
    }
    yield* group.spawn(rows.receiver.stream.pipe(Stream.grouped(500), Stream.runForEach(insertBatch)), "insert")

    const refused: Array<RowError> = []
    yield* rejects.receiver.forEach((reject) => Effect.sync(() => void refused.push(reject)))
    return refused
  })

const names = ["Ada", "Grace", "Edsger", "Barbara"]
const csv = Array.from({ length: 2000 }, (_, i) => (i % 700 === 699 ? `line ${i}` : `${i},${names[i % 4]}`))

const refused = await Effect.runPromise(importLines(csv))
for (const { line, why } of refused) console.log(`line ${line} ${why}`)
console.log(database.prepare("select count(*) as rows, count(distinct name) as names from people").get())
// => line 700 has no name
// => line 1400 has no name
// => [Object: null prototype] { rows: 1998, names: 4 }
