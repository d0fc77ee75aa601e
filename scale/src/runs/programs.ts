/**
 * Three old programs of channels with exact results: the prime sieve, the thread ring and the long chain. They are
 * those of docs/examples, which explain them; here they are large, and have to be done in time.
 */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { expect, type Run, type Size } from "../Run.ts"
import { figures, watched } from "../watched.ts"

/** A chain of tasks, one for each prime, that lets no multiple of it pass. */
const primes = (count: number): Effect.Effect<ReadonlyArray<number>> =>
  TaskGroup.run("sieve", function* (group) {
    const found: Array<number> = []
    const numbers = yield* Channel.make<number>("numbers")
    const all = numbers.sender.use(function* (tx) {
      for (let n = 2; ; n++) yield* tx.send(n)
    })
    yield* group.spawn(all, { daemon: true })
    let end = numbers.receiver
    while (found.length < count) {
      const from = end
      const prime = yield* Effect.orDie(from.receive)
      found.push(prime)
      const next = yield* Channel.make<number>("next")
      const filter = next.sender.use((tx) => from.forEach((n) => (n % prime === 0 ? Effect.void : tx.send(n))))
      yield* group.spawn(filter, { daemon: true })
      end = next.receiver
    }
    return found
  })

/** The number of the task that has a token after so many hops round a ring. */
const ring = (size: number, hops: number): Effect.Effect<number> =>
  TaskGroup.run("ring", function* (group) {
    const links: Array<Channel.Channel<number>> = []
    for (let index = 0; index < size; index++) links.push(yield* Channel.make<number>("link"))
    const holder = yield* Channel.oneshot<number>("holder")
    for (const [index, { receiver }] of links.entries()) {
      const next = links[(index + 1) % size]!.sender
      const pass = receiver.forEach((left) => (left === 0 ? holder.sender.send(index + 1) : next.send(left - 1)))
      yield* group.spawn(Effect.orDie(pass), { daemon: true })
    }
    yield* Effect.orDie(links[0]!.sender.send(hops))
    return yield* Effect.orDie(holder.receiver.receive)
  })

/** What comes out of a chain of tasks when 1 was given to its other end. */
const chain = (length: number): Effect.Effect<number> =>
  TaskGroup.run("chain", function* (group) {
    const leftmost = yield* Channel.make<number>("leftmost")
    let left = leftmost
    for (let index = 0; index < length; index++) {
      const right = yield* Channel.make<number>("link")
      yield* group.spawn(Effect.orDie(Effect.flatMap(right.receiver.receive, left.sender.send)))
      left = right
    }
    yield* group.spawn(Effect.orDie(left.sender.send(1)))
    return yield* Effect.orDie(leftmost.receiver.receive)
  })

const sieved: Readonly<Record<Size, { readonly last: number; readonly sum: number; readonly hash: string }>> = {
  short: {
    last: 541,
    sum: 24_133,
    hash: "36c584fb3679dbafff494ae8c97696d76645a0df43f8eb9abb35c44a319c8ff3"
  },
  long: {
    last: 7919,
    sum: 3_682_913,
    hash: "1b2a2bb15bc74f8503c255f50885cf72e8feb6cf05208714cc6ccc2adafbdc76"
  }
}

const inTime = (millis: number, seconds: number): void =>
  expect(millis < seconds * 1000, `less than ${seconds} s, it took ${(millis / 1000).toFixed(2)}`)

export const programRuns: ReadonlyArray<Run> = [
  {
    name: "program-sieve",
    claim: "1,000 primes come out of a chain of 1,001 tasks in less than a minute, 100 in less than a second",
    seconds: { long: 120, short: 30 },
    go: async (size, say) => {
      const [count, seconds] = size === "long" ? [1000, 60] : [100, 1]
      const [found, seen] = await watched(() => Effect.runPromise(primes(count)))
      say(figures("primes", count, seen))
      const { hash, last, sum } = sieved[size]
      expect(found.length === count && found.at(-1) === last, `the last of ${count} to be ${last}, got ${found.at(-1)}`)
      const all = found.reduce((total, prime) => total + prime)
      expect(all === sum, `their sum to be ${sum}, got ${all}`)
      expect(createHash("sha256").update(found.join(",")).digest("hex") === hash, `their hash to be ${hash}`)
      inTime(seen.millis, seconds)
    }
  },
  {
    name: "program-ring",
    claim: "a token makes 1,000,000 hops round a ring of 503 tasks in less than 30 s",
    seconds: { long: 120, short: 30 },
    go: async (size, say) => {
      const hops = size === "long" ? 1_000_000 : 100_000
      const [holder, seen] = await watched(() => Effect.runPromise(ring(503, hops)))
      say(figures("hops", hops, seen))
      expect(holder === (hops % 503) + 1, `task ${(hops % 503) + 1} to have it, got ${holder}`)
      inTime(seen.millis, 30)
    }
  },
  {
    name: "program-chain",
    claim: "a value passes a chain of 10,000 tasks in less than 5 s, from the first of them to the end of the last",
    seconds: { long: 60, short: 60 },
    go: async (_size, say) => {
      const length = 10_000
      const [value, seen] = await watched(() => Effect.runPromise(chain(length)))
      say(figures("tasks in a chain", length, seen))
      expect(value === 1, `1 to come out, got ${value}`)
      inTime(seen.millis, 5)
    }
  }
]
