import type * as Queue from "effect/Queue"
import type { Channel } from "ferrule"
import { PromiseQueue } from "../PromiseQueue.ts"
import type { Peer, Workload } from "../Workload.ts"

const primes = (count: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}

/** A number comes to each filter up to the first that divides it; a prime comes to all before it, and to the end. */
const messages = (size: number): number => {
  const found = primes(size)
  let count = 0
  for (let n = 2; n <= (found.at(-1) ?? 0); n++) count += found.findIndex((prime) => n % prime === 0) + 1
  return count
}

/** The numbers from 2 on go through a chain of tasks, one for each prime, which keeps back what that prime divides. */
export const sieve: Workload = {
  name: "sieve",
  title: "12 prime sieve",
  unit: "ns",
  size: 500,
  quick: 40,
  atLeast: 1000,
  expected: (size) => primes(size).reduce((sum, prime) => sum + prime, 0),
  messages,
  fewer: { trio: 200 },
  python: "sieve",
  pythonPeers: ["trio"],
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      const count = (sender: Channel.Sender<number>) =>
        Effect.gen(function* () {
          for (let n = 2; ; n++) yield* sender.send(n)
        })
      const filter = (prime: number, receiver: Channel.Receiver<number>, sender: Channel.Sender<number>) =>
        Effect.gen(function* () {
          while (true) {
            const n = yield* receiver.receive
            if (n % prime !== 0) yield* sender.send(n)
          }
        })
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("sieve", function* (group) {
            let { receiver, sender } = yield* Channel.make<number>()
            yield* group.spawn(count(sender))
            let sum = 0
            for (let i = 0; i < size; i++) {
              const prime = yield* receiver.receive
              sum += prime
              const next = yield* Channel.make<number>()
              yield* group.spawn(filter(prime, receiver, next.sender))
              receiver = next.receiver
            }
            yield* group.cancelTasks()
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect, Queue } = await import("effect")
      const count = (to: Queue.Queue<number>) =>
        Effect.gen(function* () {
          for (let n = 2; ; n++) yield* Queue.offer(to, n)
        })
      const filter = (prime: number, from: Queue.Queue<number>, to: Queue.Queue<number>) =>
        Effect.gen(function* () {
          while (true) {
            const n = yield* Queue.take(from)
            if (n % prime !== 0) yield* Queue.offer(to, n)
          }
        })
      // Children are interrupted when their parent ends.
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            let queue = yield* Queue.bounded<number>(0)
            yield* Effect.forkChild(count(queue))
            let sum = 0
            for (let i = 0; i < size; i++) {
              const prime = yield* Queue.take(queue)
              sum += prime
              const next = yield* Queue.bounded<number>(0)
              yield* Effect.forkChild(filter(prime, queue, next))
              queue = next
            }
            return sum
          })
        )
    },
    promise: async () => (size) => {
      const make = () => new PromiseQueue<number>(0)
      return onPromises({ make, put: (queue, n) => queue.put(n), take: (queue) => queue.take() }, size)
    },
    "ts-chan": () => tsChan(false),
    "ts-chan unsafe": () => tsChan(true),
    medium: async () => {
      const { chan, put, take } = await import("medium")
      return (size) => onPromises({ make: () => chan<number>(), put, take }, size)
    }
  }
}

const tsChan = async (unsafe: boolean): ReturnType<Peer> => {
  const { Chan } = await import("ts-chan")
  type Numbers = InstanceType<typeof Chan<number>>
  const make = () => new Chan<number>().setUnsafe(unsafe)
  const take = async (channel: Numbers) => (await channel.recv()).value ?? 0
  return (size) => onPromises({ make, put: (channel, n) => channel.send(n), take }, size)
}

interface Operations<C> {
  readonly make: () => C
  readonly put: (channel: C, n: number) => Promise<unknown> | undefined
  readonly take: (channel: C) => Promise<number>
}

/** Promises cannot be cancelled: the source stops by itself, and the filters wait until they are garbage. */
const onPromises = async <C>({ make, put, take }: Operations<C>, size: number): Promise<number> => {
  let ended = false
  const count = async (to: C) => {
    for (let n = 2; !ended; n++) await put(to, n)
  }
  const filter = async (prime: number, from: C, to: C) => {
    while (!ended) {
      const n = await take(from)
      if (n % prime !== 0) await put(to, n)
    }
  }
  let channel = make()
  void count(channel)
  let sum = 0
  for (let i = 0; i < size; i++) {
    const prime = await take(channel)
    sum += prime
    const next = make()
    void filter(prime, channel, next)
    channel = next
  }
  ended = true
  return sum
}
