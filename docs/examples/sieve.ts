/**
 * The primes, found by a chain of tasks that hand numbers on. The first sends 2, 3, 4 …; whatever comes out at the other
 * end is prime, and a task is put there that lets no multiple of it pass. After Hoare's CSP, and a test of Go's.
 *
 * Nobody tells the chain to stop. Its tasks are daemons: they go when the group has what it is for.
 */
import { Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"

/** Every number from 2 on, as fast as they are taken. */
const allNumbers = function* (tx: Channel.Sender<number>) {
  for (let n = 2; ; n++) yield* tx.send(n)
}

const notMultiplesOf = (prime: number, from: Channel.Receiver<number>) => (tx: Channel.Sender<number>) =>
  from.forEach((n) => (n % prime === 0 ? Effect.void : tx.send(n)))

export const primes = (count: number) =>
  TaskGroup.run("sieve", function* (group) {
    const found: Array<number> = []
    // Rendezvous channels: a number moves when the next task is there to take it.
    const numbers = yield* Channel.make<number>("numbers")
    yield* group.spawn(numbers.sender.use(allNumbers), { name: "numbers", daemon: true })
    let end = numbers.receiver
    while (found.length < count) {
      // The numbers never end, and so there is always a next one.
      const prime = yield* Effect.orDie(end.receive)
      found.push(prime)
      const next = yield* Channel.make<number>(`not ${prime}`)
      yield* group.spawn(next.sender.use(notMultiplesOf(prime, end)), { name: `not ${prime}`, daemon: true })
      end = next.receiver
    }
    return found
  })

if (import.meta.main) {
  const found = await Effect.runPromise(primes(100))
  console.log(...found.slice(0, 25))
  console.log(
    "the 100th is",
    found.at(-1),
    "and their sum",
    found.reduce((sum, prime) => sum + prime)
  )
}
// => 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97
// => the 100th is 541 and their sum 24133
