import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Peer, Workload } from "../Workload.ts"

/** `@thi.ng/csp`, RxJS and Effection have nothing whose sender waits until the item is taken; nor has asyncio. */
export const rendezvous: Workload = {
  name: "rendezvous",
  title: "6 rendezvous round trip",
  unit: "ns",
  size: 100_000,
  quick: 1000,
  expected: sumTo,
  messages: (size) => 2 * size,
  fewer: { trio: 10_000 },
  python: "rendezvous",
  pythonPeers: ["trio"],
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("match", function* (group) {
            const there = yield* Channel.make<number>("there")
            const back = yield* Channel.make<number>("back")
            yield* group.spawn(
              Effect.gen(function* () {
                for (let i = 0; i < size; i++) yield* back.sender.send(yield* there.receiver.receive)
              })
            )
            let sum = 0
            for (let i = 1; i <= size; i++) {
              yield* there.sender.send(i)
              sum += yield* back.receiver.receive
            }
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect, Fiber, Queue } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const there = yield* Queue.bounded<number>(0)
            const back = yield* Queue.bounded<number>(0)
            const fiber = yield* Effect.forkChild(
              Effect.gen(function* () {
                for (let i = 0; i < size; i++) yield* Queue.offer(back, yield* Queue.take(there))
              })
            )
            let sum = 0
            for (let i = 1; i <= size; i++) {
              yield* Queue.offer(there, i)
              sum += yield* Queue.take(back)
            }
            yield* Fiber.join(fiber)
            return sum
          })
        )
    },
    promise: async () => async (size) => {
      const there = new PromiseQueue<number>(0)
      const back = new PromiseQueue<number>(0)
      const answerAll = async () => {
        for (let i = 0; i < size; i++) await back.put(await there.take())
      }
      const answering = answerAll()
      let sum = 0
      for (let i = 1; i <= size; i++) {
        await there.put(i)
        sum += await back.take()
      }
      await answering
      return sum
    },
    "ts-chan": () => tsChan(false),
    "ts-chan unsafe": () => tsChan(true),
    medium: async () => {
      const { chan, put, take } = await import("medium")
      return async (size) => {
        const there = chan<number>()
        const back = chan<number>()
        const answerAll = async () => {
          for (let i = 0; i < size; i++) await put(back, await take(there))
        }
        const answering = answerAll()
        let sum = 0
        for (let i = 1; i <= size; i++) {
          await put(there, i)
          sum += await take(back)
        }
        await answering
        return sum
      }
    }
  }
}

const tsChan = async (unsafe: boolean): ReturnType<Peer> => {
  const { Chan } = await import("ts-chan")
  return async (size) => {
    const there = new Chan<number>().setUnsafe(unsafe)
    const back = new Chan<number>().setUnsafe(unsafe)
    const answerAll = async () => {
      for (let i = 0; i < size; i++) await back.send((await there.recv()).value ?? 0)
    }
    const answering = answerAll()
    let sum = 0
    for (let i = 1; i <= size; i++) {
      await there.send(i)
      sum += (await back.recv()).value ?? 0
    }
    await answering
    return sum
  }
}
