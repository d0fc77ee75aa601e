import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Workload } from "../Workload.ts"

const readers = 16
const capacity = 16

/**
 * One task publishes, and each of sixteen receives every item. Nothing is dropped: whoever publishes waits for the
 * slowest. RxJS's subjects call their readers one after another and nobody ever waits; `ts-chan` and `medium` have
 * nothing of the kind.
 */
export const broadcast: Workload = {
  name: "broadcast",
  title: "10 broadcast to 16, per publish",
  unit: "ns",
  size: 30_000,
  quick: 300,
  expected: (size) => readers * sumTo(size),
  messages: (size) => readers * size,
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) => {
        let sum = 0
        const program = TaskGroup.run("broadcast", function* (group) {
          const news = yield* Channel.broadcast<number>("news")
          for (let i = 0; i < readers; i++) {
            const receiver = yield* news.subscribe({ capacity, onLag: "wait" })
            yield* group.spawn(
              Effect.gen(function* () {
                let own = 0
                for (let k = 0; k < size; k++) own += yield* receiver.receive
                sum += own
              })
            )
          }
          for (let i = 1; i <= size; i++) yield* news.send(i)
          yield* group.awaitAll
        })
        return Effect.runPromise(Effect.scoped(program)).then(() => sum)
      }
    },
    effect: async () => {
      const { Effect, Fiber, PubSub } = await import("effect")
      return (size) => {
        let sum = 0
        const program = Effect.gen(function* () {
          const news = yield* PubSub.bounded<number>(capacity)
          const fibers = []
          for (let i = 0; i < readers; i++) {
            const subscription = yield* PubSub.subscribe(news)
            const read = Effect.gen(function* () {
              let own = 0
              for (let k = 0; k < size; k++) own += yield* PubSub.take(subscription)
              sum += own
            })
            fibers.push(yield* Effect.forkChild(read))
          }
          for (let i = 1; i <= size; i++) yield* PubSub.publish(news, i)
          for (const fiber of fibers) yield* Fiber.join(fiber)
          return sum
        })
        return Effect.runPromise(Effect.scoped(program))
      }
    },
    promise: async () => async (size) => {
      const all = Array.from({ length: readers }, () => new PromiseQueue<number>(capacity))
      const read = async (queue: PromiseQueue<number>) => {
        let own = 0
        for (let i = 0; i < size; i++) own += await queue.take()
        return own
      }
      const reading = all.map(read)
      for (let i = 1; i <= size; i++) {
        for (const queue of all) {
          const room = queue.put(i)
          if (room !== undefined) await room
        }
      }
      return (await Promise.all(reading)).reduce((sum, own) => sum + own, 0)
    },
    "@thi.ng/csp": async () => {
      const { channel, mult } = await import("@thi.ng/csp")
      return async (size) => {
        const news = mult(channel<number>(capacity))
        const all = Array.from({ length: readers }, () => news.subscribe(channel<number>(capacity)))
        const read = async (from: (typeof all)[number]) => {
          let own = 0
          for (let i = 0; i < size; i++) own += (await from.read()) ?? 0
          return own
        }
        const reading = all.map(read)
        for (let i = 1; i <= size; i++) await news.write(i)
        const sums = await Promise.all(reading)
        news.close()
        return sums.reduce((sum, own) => sum + own, 0)
      }
    }
  }
}
