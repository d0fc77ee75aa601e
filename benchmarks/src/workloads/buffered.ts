import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Peer, Workload } from "../Workload.ts"

type Capacity = number | "unbounded"

const ferrule =
  (capacity: Capacity): Peer =>
  async () => {
    const { Effect } = await import("effect")
    const { Channel, TaskGroup } = await import("ferrule")
    return (size) =>
      Effect.runPromise(
        TaskGroup.run("pair", function* (group) {
          const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
          yield* group.spawn(
            Effect.gen(function* () {
              for (let i = 1; i <= size; i++) yield* sender.send(i)
            })
          )
          let sum = 0
          for (let i = 0; i < size; i++) sum += yield* receiver.receive
          return sum
        })
      )
  }

/** As the documentation shows it: the sender's owner, and a receiver that goes on to the end. */
const ferruleForEach =
  (capacity: Capacity): Peer =>
  async () => {
    const { Effect } = await import("effect")
    const { Channel, TaskGroup } = await import("ferrule")
    return (size) =>
      Effect.runPromise(
        TaskGroup.run("pair", function* (group) {
          const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
          yield* group.spawn(
            sender.use(function* (tx) {
              for (let i = 1; i <= size; i++) yield* tx.send(i)
            })
          )
          let sum = 0
          yield* receiver.forEach((i) => Effect.sync(() => (sum += i)))
          return sum
        })
      )
  }

const effect =
  (capacity: Capacity): Peer =>
  async () => {
    const { Effect, Fiber, Queue } = await import("effect")
    return (size) =>
      Effect.runPromise(
        Effect.gen(function* () {
          const queue = yield* capacity === "unbounded" ? Queue.unbounded<number>() : Queue.bounded<number>(capacity)
          const fiber = yield* Effect.forkChild(
            Effect.gen(function* () {
              for (let i = 1; i <= size; i++) yield* Queue.offer(queue, i)
            })
          )
          let sum = 0
          for (let i = 0; i < size; i++) sum += yield* Queue.take(queue)
          yield* Fiber.join(fiber)
          return sum
        })
      )
  }

/** All that is there in one step. */
const effectTakeAll =
  (capacity: Capacity): Peer =>
  async () => {
    const { Effect, Fiber, Queue } = await import("effect")
    return (size) =>
      Effect.runPromise(
        Effect.gen(function* () {
          const queue = yield* capacity === "unbounded" ? Queue.unbounded<number>() : Queue.bounded<number>(capacity)
          const fiber = yield* Effect.forkChild(
            Effect.gen(function* () {
              for (let i = 1; i <= size; i++) yield* Queue.offer(queue, i)
            })
          )
          let [count, sum] = [0, 0]
          while (count < size) {
            const items = yield* Queue.takeAll(queue)
            count += items.length
            for (const i of items) sum += i
          }
          yield* Fiber.join(fiber)
          return sum
        })
      )
  }

const promise =
  (capacity: Capacity): Peer =>
  async () =>
  async (size) => {
    const queue = new PromiseQueue<number>(capacity === "unbounded" ? Infinity : capacity)
    const sendAll = async () => {
      for (let i = 1; i <= size; i++) await queue.put(i)
    }
    const sending = sendAll()
    let sum = 0
    for (let i = 0; i < size; i++) sum += await queue.take()
    await sending
    return sum
  }

const tsChan =
  (capacity: number, unsafe: boolean): Peer =>
  async () => {
    const { Chan } = await import("ts-chan")
    return async (size) => {
      const channel = new Chan<number>(capacity).setUnsafe(unsafe)
      const sendAll = async () => {
        for (let i = 1; i <= size; i++) await channel.send(i)
      }
      const sending = sendAll()
      let sum = 0
      for (let i = 0; i < size; i++) sum += (await channel.recv()).value ?? 0
      await sending
      return sum
    }
  }

const csp =
  (capacity: number): Peer =>
  async () => {
    const { channel } = await import("@thi.ng/csp")
    return async (size) => {
      const numbers = channel<number>(capacity)
      const sendAll = async () => {
        for (let i = 1; i <= size; i++) await numbers.write(i)
      }
      const sending = sendAll()
      let sum = 0
      for (let i = 0; i < size; i++) sum += (await numbers.read()) ?? 0
      await sending
      return sum
    }
  }

const medium =
  (capacity: Capacity): Peer =>
  async () => {
    const { chan, put, take } = await import("medium")
    return async (size) => {
      const numbers = chan<number>(capacity === "unbounded" ? Infinity : capacity)
      const sendAll = async () => {
        for (let i = 1; i <= size; i++) await put(numbers, i)
      }
      const sending = sendAll()
      let sum = 0
      for (let i = 0; i < size; i++) sum += await take(numbers)
      await sending
      return sum
    }
  }

const effection: Peer = async () => {
  const { createQueue, run, spawn } = await import("effection")
  return (size) =>
    run(function* () {
      const queue = createQueue<number, never>()
      // oxlint-disable-next-line require-yield -- effection takes generators only
      const sending = yield* spawn(function* () {
        for (let i = 1; i <= size; i++) queue.add(i)
      })
      let sum = 0
      for (let i = 0; i < size; i++) sum += (yield* queue.next()).value
      yield* sending
      return sum
    })
}

/** One task sends, one receives. `ts-chan` and `@thi.ng/csp` know no channel without a bound, Effection no other. */
const buffered = (capacity: Capacity): Workload => ({
  name: `buffered-${capacity}`,
  title: `7 buffered, ${capacity === "unbounded" ? capacity : `capacity ${capacity}`}`,
  unit: "ns",
  size: 200_000,
  quick: 2000,
  expected: sumTo,
  messages: (size) => size,
  fewer: { effection: 5000, asyncio: 20_000, trio: 20_000 },
  python: `buffered_${capacity}`,
  go: capacity !== "unbounded",
  peers: {
    ferrule: ferrule(capacity),
    "ferrule forEach": ferruleForEach(capacity),
    effect: effect(capacity),
    "effect takeAll": effectTakeAll(capacity),
    promise: promise(capacity),
    medium: medium(capacity),
    ...(capacity === "unbounded"
      ? { effection }
      : {
          "ts-chan": tsChan(capacity, false),
          "ts-chan unsafe": tsChan(capacity, true),
          "@thi.ng/csp": csp(capacity)
        })
  }
})

export const buffered1 = buffered(1)
export const buffered16 = buffered(16)
export const buffered1024 = buffered(1024)
export const bufferedUnbounded = buffered("unbounded")
