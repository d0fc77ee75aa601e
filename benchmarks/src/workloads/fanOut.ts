import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Peer, Workload } from "../Workload.ts"

const receivers = 16
const capacity = 16

/**
 * One task sends, and each of sixteen receives as many items as the others. `sum += await …` would read the sum before
 * the wait, and lose what the others add during it.
 */
export const fanOut: Workload = {
  name: "fan-out",
  title: "8b fan-out 1 to 16",
  unit: "ns",
  size: 200_000,
  quick: 1600,
  expected: sumTo,
  messages: (size) => size,
  fewer: { asyncio: 16_000, trio: 16_000 },
  python: "fan_out",
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) => {
        let sum = 0
        return Effect.runPromise(
          TaskGroup.run("fan out", function* (group) {
            const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
            const work = Effect.gen(function* () {
              for (let i = 0; i < size / receivers; i++) {
                const item = yield* receiver.receive
                sum += item
              }
            })
            for (let i = 0; i < receivers; i++) yield* group.spawn(work)
            for (let i = 1; i <= size; i++) yield* sender.send(i)
          }).pipe(Effect.map(() => sum))
        )
      }
    },
    "ferrule forEach": async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) => {
        let sum = 0
        return Effect.runPromise(
          TaskGroup.run("fan out", function* (group) {
            const { receiver, sender } = yield* Channel.make<number>({ name: "numbers", capacity })
            const work = receiver.forEach((i) => Effect.sync(() => (sum += i)))
            for (let i = 0; i < receivers; i++) yield* group.spawn(work)
            yield* sender.use(function* (tx) {
              for (let i = 1; i <= size; i++) yield* tx.send(i)
            })
          }).pipe(Effect.map(() => sum))
        )
      }
    },
    effect: async () => {
      const { Effect, Fiber, Queue } = await import("effect")
      return (size) => {
        let sum = 0
        return Effect.runPromise(
          Effect.gen(function* () {
            const queue = yield* Queue.bounded<number>(capacity)
            const work = Effect.gen(function* () {
              for (let i = 0; i < size / receivers; i++) {
                const item = yield* Queue.take(queue)
                sum += item
              }
            })
            const fibers = []
            for (let i = 0; i < receivers; i++) fibers.push(yield* Effect.forkChild(work))
            for (let i = 1; i <= size; i++) yield* Queue.offer(queue, i)
            for (const fiber of fibers) yield* Fiber.join(fiber)
            return sum
          })
        )
      }
    },
    promise: async () => async (size) => {
      const queue = new PromiseQueue<number>(capacity)
      let sum = 0
      const work = async () => {
        for (let i = 0; i < size / receivers; i++) {
          const item = await queue.take()
          sum += item
        }
      }
      const working = Array.from({ length: receivers }, work)
      for (let i = 1; i <= size; i++) await queue.put(i)
      await Promise.all(working)
      return sum
    },
    "ts-chan": () => tsChan(false),
    "ts-chan unsafe": () => tsChan(true),
    "@thi.ng/csp": async () => {
      const { channel } = await import("@thi.ng/csp")
      return async (size) => {
        const numbers = channel<number>(capacity)
        let sum = 0
        const work = async () => {
          for (let i = 0; i < size / receivers; i++) {
            const item = await numbers.read()
            sum += item ?? 0
          }
        }
        const working = Array.from({ length: receivers }, work)
        for (let i = 1; i <= size; i++) await numbers.write(i)
        await Promise.all(working)
        return sum
      }
    },
    medium: async () => {
      const { chan, put, take } = await import("medium")
      return async (size) => {
        const numbers = chan<number>(capacity)
        let sum = 0
        const work = async () => {
          for (let i = 0; i < size / receivers; i++) {
            const item = await take(numbers)
            sum += item
          }
        }
        const working = Array.from({ length: receivers }, work)
        for (let i = 1; i <= size; i++) await put(numbers, i)
        await Promise.all(working)
        return sum
      }
    }
  }
}

const tsChan = async (unsafe: boolean): ReturnType<Peer> => {
  const { Chan } = await import("ts-chan")
  return async (size) => {
    const channel = new Chan<number>(capacity).setUnsafe(unsafe)
    let sum = 0
    const work = async () => {
      for (let i = 0; i < size / receivers; i++) {
        const item = await channel.recv()
        sum += item.value ?? 0
      }
    }
    const working = Array.from({ length: receivers }, work)
    for (let i = 1; i <= size; i++) await channel.send(i)
    await Promise.all(working)
    return sum
  }
}
