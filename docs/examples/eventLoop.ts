/**
 * One loop, many events: jobs that come in, results that come back, a tick, and the order to leave. The loop owns its
 * state and needs no lock, because a select commits to exactly one event at a time.
 */
import { Effect } from "effect"
import { Channel, TaskGroup, Timeout } from "ferrule"

interface Job {
  readonly n: number
}

const isPrime = (n: number): boolean => {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return n > 1
}

const atOnce = 16

/** Ends when the jobs have ended and every result is in; "quit" leaves at once, and what still runs is cancelled. */
export const eventLoop = <E>(
  jobs: Channel.Receiver<Job>,
  quit: Channel.Receiver<void>,
  work: (job: Job) => Effect.Effect<boolean, E>
) =>
  TaskGroup.run("loop", function* (group) {
    const results = yield* Channel.make<boolean>({ name: "results", capacity: "unbounded" })
    const found = { open: true, inFlight: 0, primes: 0 }
    const always = {
      quit: Channel.receiving(quit),
      result: Channel.receiving(results.receiver),
      quiet: Timeout.after("10 seconds")
    }
    const whileOpen = { ...always, job: Channel.receiving(jobs), jobsEnded: Channel.ended(jobs) }

    while (found.open || found.inFlight > 0) {
      // No job is taken in that would have to wait: it stays with whoever sends it, or goes to another worker.
      const event = yield* found.open && found.inFlight < atOnce ? Channel.select(whileOpen) : Channel.select(always)
      switch (event._tag) {
        case "job":
          found.inFlight++
          yield* group.spawn(Effect.flatMap(work(event.value), results.sender.send))
          break
        case "jobsEnded":
          found.open = false
          break
        case "result":
          found.inFlight--
          if (event.value) found.primes++
          break
        case "quiet":
          yield* Effect.log(`${found.inFlight} in flight`)
          break
        case "quit":
          yield* group.cancelTasks("quit")
          return found
      }
    }
    return found
  })

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }))

const program = TaskGroup.run("example", function* (group) {
  const jobs = yield* Channel.make<Job>({ name: "jobs", capacity: 8 })
  const quit = yield* Channel.make<void>("quit")

  yield* group.spawn(jobs.sender.use((tx) => Effect.forEach(numbers(1000), tx.send, { discard: true })))
  const all = yield* eventLoop(jobs.receiver, quit.receiver, ({ n }) => Effect.succeed(isPrime(n)))
  console.log("all jobs:", all)

  // Jobs that take for ever; the sixteenth asks to leave. Whoever sends them ends by itself when nobody receives them
  // any more.
  const endless = yield* Channel.make<Job>({ name: "endless", capacity: 8 })
  yield* group.spawn(endless.sender.use((tx) => Effect.forEach(numbers(1000), tx.send, { discard: true })))
  const takeForEver = ({ n }: Job) => Effect.andThen(n === 15 ? quit.sender.send(undefined) : Effect.void, Effect.never)
  const left = yield* endless.receiver.use((receiver) => eventLoop(receiver, quit.receiver, takeForEver))
  console.log("left early:", left)
})

await Effect.runPromise(program)
// => all jobs: { open: false, inFlight: 0, primes: 168 }
// => left early: { open: true, inFlight: 16, primes: 0 }
