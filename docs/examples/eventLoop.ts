/**
 * One loop, many events: jobs that come in, results that come back and go out, a tick, and the order to leave. The loop
 * owns its state and needs no lock, because a select commits to exactly one event at a time; and what is not wanted now
 * is left out of it.
 */
import { Array, Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"

interface Job {
  readonly n: number
}
interface Result extends Job {
  readonly prime: boolean
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return n > 1
}

const atOnce = 16

/**
 * Ends when the jobs have ended and every result has gone out; "quit" leaves at once, and what still runs is cancelled.
 * Gives what was left to do.
 */
export const eventLoop = <E>(
  jobs: Channel.Receiver<Job>,
  quit: Channel.Receiver<void>,
  results: Channel.Sender<Result>,
  work: (job: Job) => Effect.Effect<Result, E>
) =>
  TaskGroup.run("loop", function* (group) {
    const done = yield* Channel.make<Result>({ name: "done", capacity: "unbounded" })
    const ticks = yield* Channel.ticker("10 seconds")
    const out: Array<Result> = []
    let open = true
    let inFlight = 0

    while (open || inFlight > 0 || out.length > 0) {
      const event = yield* Channel.select({
        // No job is taken in that would have to wait: it stays with whoever sends it, or goes to another worker.
        job: Channel.when(inFlight < atOnce, () => Channel.receiving(jobs)),
        jobsEnded: Channel.when(open, () => Channel.ended(jobs)),
        done: Channel.receiving(done.receiver),
        out: Channel.sendingOption(results, Array.head(out)),
        tick: Channel.receiving(ticks),
        quit: Channel.receiving(quit)
      })
      switch (event._tag) {
        case "job":
          inFlight++
          yield* group.spawn(Effect.flatMap(work(event.value), done.sender.send))
          break
        case "jobsEnded":
          open = false
          break
        case "done":
          inFlight--
          out.push(event.value)
          break
        case "out":
          out.shift()
          break
        case "tick":
          yield* Effect.log(`${inFlight} in flight, ${out.length} to go out`)
          break
        case "quit":
          yield* group.cancelTasks("quit")
          return { inFlight, toGoOut: out.length }
      }
    }
    return { inFlight, toGoOut: out.length }
  })

const numbers = (count: number) => Array.makeBy(count, (n) => ({ n }))

const program = TaskGroup.run("example", function* (group) {
  const jobs = yield* Channel.make<Job>({ name: "jobs", capacity: 8 })
  const quit = yield* Channel.make<void>("quit")
  const results = yield* Channel.make<Result>({ name: "results", capacity: 8 })
  const [first, second] = yield* results.sender.split(2)

  let primes = 0
  const counting = yield* group.spawn(
    results.receiver.forEach(({ prime }) => Effect.sync(() => void (primes += Number(prime))))
  )
  yield* group.spawn(jobs.sender.use((tx) => Effect.forEach(numbers(1000), tx.send, { discard: true })))
  const judge = ({ n }: Job) => Effect.succeed({ n, prime: isPrime(n) })
  yield* first!.use(function* (tx) {
    console.log("all jobs:", yield* eventLoop(jobs.receiver, quit.receiver, tx, judge))
  })

  // Jobs that take for ever; the sixteenth asks to leave. Whoever sends them ends by itself when nobody receives them
  // any more.
  const endless = yield* Channel.make<Job>({ name: "endless", capacity: 8 })
  yield* group.spawn(endless.sender.use((tx) => Effect.forEach(numbers(1000), tx.send, { discard: true })))
  const takeForEver = ({ n }: Job) => Effect.andThen(n === 15 ? quit.sender.send(undefined) : Effect.void, Effect.never)
  yield* second!.use(function* (tx) {
    const left = yield* endless.receiver.use((receiver) => eventLoop(receiver, quit.receiver, tx, takeForEver))
    console.log("left early:", left)
  })

  yield* counting.join
  console.log("primes:", primes)
})

await Effect.runPromise(program)
// => all jobs: { inFlight: 0, toGoOut: 0 }
// => left early: { inFlight: 16, toGoOut: 0 }
// => primes: 168
