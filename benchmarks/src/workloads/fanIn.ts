import type { Channel } from "ferrule"
import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Peer, Workload } from "../Workload.ts"

const senders = 16
const capacity = 16

/** The numbers up to `size` in turn: what sender number `first`, from 1 on, sends is every sixteenth from there. */
export const fanIn: Workload = {
  name: "fan-in",
  title: "8a fan-in 16 to 1",
  unit: "ns",
  size: 200_000,
  quick: 1600,
  expected: sumTo,
  messages: (size) => size,
  fewer: { asyncio: 16_000, trio: 16_000 },
  python: "fan_in",
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("fan in", function* (group) {
            const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
            const send = (first: number) =>
              Effect.gen(function* () {
                for (let i = first; i <= size; i += senders) yield* sender.send(i)
              })
            for (let first = 1; first <= senders; first++) yield* group.spawn(send(first))
            let sum = 0
            for (let i = 0; i < size; i++) sum += yield* receiver.receive
            return sum
          })
        )
    },
    "ferrule forEach": async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("fan in", function* (group) {
            const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
            for (const [i, owned] of (yield* sender.split(senders)).entries()) {
              const send = function* (tx: Channel.Sender<number>) {
                for (let n = i + 1; n <= size; n += senders) yield* tx.send(n)
              }
              yield* group.spawn(owned.use(send))
            }
            let sum = 0
            yield* receiver.forEach((n) => Effect.sync(() => (sum += n)))
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect, Fiber, Queue } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const queue = yield* Queue.bounded<number>(capacity)
            const send = (first: number) =>
              Effect.gen(function* () {
                for (let i = first; i <= size; i += senders) yield* Queue.offer(queue, i)
              })
            const fibers = []
            for (let first = 1; first <= senders; first++) fibers.push(yield* Effect.forkChild(send(first)))
            let sum = 0
            for (let i = 0; i < size; i++) sum += yield* Queue.take(queue)
            for (const fiber of fibers) yield* Fiber.join(fiber)
            return sum
          })
        )
    },
    promise: async () => async (size) => {
      const queue = new PromiseQueue<number>(capacity)
      const send = async (first: number) => {
        for (let i = first; i <= size; i += senders) await queue.put(i)
      }
      const sending = Array.from({ length: senders }, (_, i) => send(i + 1))
      let sum = 0
      for (let i = 0; i < size; i++) sum += await queue.take()
      await Promise.all(sending)
      return sum
    },
    "ts-chan": () => tsChan(false),
    "ts-chan unsafe": () => tsChan(true),
    "@thi.ng/csp": async () => {
      const { channel } = await import("@thi.ng/csp")
      return async (size) => {
        const numbers = channel<number>(capacity)
        const send = async (first: number) => {
          for (let i = first; i <= size; i += senders) await numbers.write(i)
        }
        const sending = Array.from({ length: senders }, (_, i) => send(i + 1))
        let sum = 0
        for (let i = 0; i < size; i++) sum += (await numbers.read()) ?? 0
        await Promise.all(sending)
        return sum
      }
    },
    medium: async () => {
      const { chan, put, take } = await import("medium")
      return async (size) => {
        const numbers = chan<number>(capacity)
        const send = async (first: number) => {
          for (let i = first; i <= size; i += senders) await put(numbers, i)
        }
        const sending = Array.from({ length: senders }, (_, i) => send(i + 1))
        let sum = 0
        for (let i = 0; i < size; i++) sum += await take(numbers)
        await Promise.all(sending)
        return sum
      }
    }
  }
}

const tsChan = async (unsafe: boolean): ReturnType<Peer> => {
  const { Chan } = await import("ts-chan")
  return async (size) => {
    const channel = new Chan<number>(capacity).setUnsafe(unsafe)
    const send = async (first: number) => {
      for (let i = first; i <= size; i += senders) await channel.send(i)
    }
    const sending = Array.from({ length: senders }, (_, i) => send(i + 1))
    let sum = 0
    for (let i = 0; i < size; i++) sum += (await channel.recv()).value ?? 0
    await Promise.all(sending)
    return sum
  }
}
