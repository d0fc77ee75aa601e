/**
 * A program everybody has written with asyncio: three consumers of one bounded queue, and a timeout around it all.
 *
 *   async with asyncio.timeout(5), asyncio.TaskGroup() as tg:
 *       q = asyncio.Queue(10)
 *       for i in range(3):
 *           tg.create_task(consumer(q))
 *       for i in range(100):
 *           await q.put(i)
 *       q.shutdown()
 *
 * What cannot be seen there holds here: the queue ends with whoever fills it, in error too; no consumer is left
 * behind; and an error in any of them ends all of them.
 */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { Channel, TaskGroup, Timeout } from "ferrule"

const digests = new Map<string, number>()
const handle = (n: number) =>
  Effect.sync(() => void digests.set(createHash("sha256").update(String(n)).digest("hex"), n))

export const main = TaskGroup.run("main", function* (group) {
  const queue = yield* Channel.make<number>({ name: "queue", capacity: 10 })
  for (let i = 0; i < 3; i++) yield* group.spawn(queue.receiver.forEach(handle), `consumer-${i}`)
  yield* queue.sender.use(function* (tx) {
    for (let i = 0; i < 100; i++) yield* tx.send(i)
  })
}).pipe(
  Timeout.failAfter("5 seconds"),
  Effect.catchTag("DeadlineExceeded", () => Effect.log("late"))
)

await Effect.runPromise(main)
console.log(digests.size, "items, each handled once")
// => 100 items, each handled once
