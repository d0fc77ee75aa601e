/**
 * The primes the other way round: for each prime a task sends its multiples, these are merged in order, and what is not
 * among them is prime. New primes go back to the merge, which may just be waiting to send: so there is a buffer on that
 * way which grows, a single `select` whose sending clause is off while nothing is held. After a test of Go's.
 */
import { Array, Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"

type Numbers = Channel.Receiver<number>
type Sender = Channel.Sender<number>

/** Takes whatever comes, and sends it on when it is wanted. */
const holding = (from: Numbers) =>
  function* (to: Sender) {
    const held: Array<number> = []
    for (;;) {
      const clauses = { in: Channel.receiving(from), out: Channel.sendingOption(to, Array.head(held)) }
      const event = yield* Channel.select(clauses)
      if (event._tag === "in") held.push(event.value)
      else held.shift()
    }
  }

const oddMultiplesOf = (prime: number) =>
  function* (tx: Sender) {
    for (let n = prime * prime; ; n += 2 * prime) yield* tx.send(n)
  }

/** A skew heap: what comes first is on top. */
interface Heap {
  readonly next: number
  readonly rest: Numbers
  readonly left?: Heap | undefined
  readonly right?: Heap | undefined
}

const meld = (a: Heap | undefined, b: Heap | undefined): Heap | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return a.next <= b.next ? { ...a, left: meld(a.right, b), right: a.left } : meld(b, a)
}

/** The odd numbers that are not prime, in order: the multiples, from its square on, of each prime that comes. */
const composites = (primes: Numbers) =>
  function* (tx: Sender) {
    let heap: Heap | undefined
    for (let last = 0; ;) {
      const rest = yield* Channel.produce("multiples", oddMultiplesOf(yield* primes.receive))
      const square = yield* rest.receive
      for (let top = heap; top !== undefined && top.next < square; top = heap) {
        if (top.next > last) yield* tx.send((last = top.next))
        heap = meld(meld(top.left, top.right), { next: yield* top.rest.receive, rest: top.rest })
      }
      yield* tx.send((last = square))
      heap = meld(heap, { next: yield* rest.receive, rest })
    }
  }

export const primes = (count: number) =>
  TaskGroup.run("sieve", function* () {
    const back = yield* Channel.make<number>("back")
    const held = yield* Channel.produce("held", holding(back.receiver))
    const merged = yield* Channel.produce("merged", composites(held))
    const found = [2, 3]
    yield* back.sender.send(3)
    let composite = yield* merged.receive
    for (let n = 5; found.length < count; n += 2) {
      if (n === composite) composite = yield* merged.receive
      else {
        found.push(n)
        yield* back.sender.send(n)
      }
    }
    return found.slice(0, count)
  })

if (import.meta.main) console.log(...(await Effect.runPromise(primes(25))))
// => 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97
