/**
 * Four workers share a channel of jobs. A job that a worker cannot digest takes the worker down; it is started again,
 * a little later, and goes on with the next job. When that happens too often within a time, something else is wrong:
 * then the pool fails, with the error of the last job.
 */
import { Data, Effect, Schedule } from "effect"
import { Channel, TaskGroup } from "ferrule"

export class BadJob extends Data.TaggedError("BadJob")<{ readonly text: string }> {}

const digest = (text: string): Effect.Effect<number, BadJob> =>
  Effect.try({
    try: () => (JSON.parse(text) as { readonly n: number }).n,
    catch: () => new BadJob({ text })
  })

export const pool = (jobs: Channel.Receiver<string>, onResult: (n: number) => Effect.Effect<void>) =>
  TaskGroup.run("pool", function* (group) {
    const restart: TaskGroup.Restart = {
      schedule: Schedule.exponential("1 millis"),
      intensity: { max: 3, within: "10 seconds" }
    }
    for (let i = 0; i < 4; i++) {
      const worker = jobs.forEach((text) => Effect.flatMap(digest(text), onResult))
      yield* group.spawn(worker, { name: `worker-${i}`, restart })
    }
  })

const runAll = (texts: ReadonlyArray<string>) =>
  TaskGroup.run("example", function* (group) {
    const jobs = yield* Channel.make<string>({ name: "jobs", capacity: 8 })
    const done = { jobs: 0, sum: 0 }
    yield* group.spawn(jobs.sender.use((tx) => Effect.forEach(texts, tx.send, { discard: true })))
    const add = (n: number) =>
      Effect.sync(() => {
        done.jobs++
        done.sum += n
      })
    yield* pool(jobs.receiver, add)
    return done
  })

const numbers = Array.from({ length: 100 }, (_, n) => JSON.stringify({ n }))

console.log(await Effect.runPromise(runAll(numbers.with(10, "oops").with(50, "{"))))
const failed = await Effect.runPromise(Effect.flip(runAll(numbers.fill("?", 20))))
console.log(failed._tag, failed.text)
// => { jobs: 98, sum: 4890 }
// => BadJob ?
