import type * as Queue from "effect/Queue"
import type { Channel } from "ferrule"
import { PromiseQueue } from "../PromiseQueue.ts"
import { sumTo } from "../sums.ts"
import type { Peer, Workload } from "../Workload.ts"

const channels = 8
const capacity = 16

/**
 * Each of eight tasks sends every eighth number on a channel of its own; one receives from whichever has an item.
 * `any` of `medium` loses what a second channel is given before the first one's item has arrived.
 */
export const select: Workload = {
  name: "select",
  title: "9 select over 8 channels",
  unit: "ns",
  size: 200_000,
  quick: 800,
  expected: sumTo,
  messages: (size) => size,
  fewer: { effect: 20_000, "ts-chan": 80_000 },
  go: true,
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Channel, TaskGroup } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("select", function* (group) {
            const make = Channel.make<number>({ capacity })
            const all = yield* Effect.all(Array.from({ length: channels }, () => make))
            const send = (first: number, { sender }: Channel.Channel<number>) =>
              Effect.gen(function* () {
                for (let i = first; i <= size; i += channels) yield* sender.send(i)
              })
            for (const [i, channel] of all.entries()) yield* group.spawn(send(i + 1, channel))
            const clauses = Object.fromEntries(all.map(({ receiver }, i) => [`c${i}`, Channel.receiving(receiver)]))
            const next = Channel.select(clauses)
            let sum = 0
            for (let i = 0; i < size; i++) sum += (yield* next).value
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect, Fiber, Queue } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const make = Queue.bounded<number>(capacity)
            const all = yield* Effect.all(Array.from({ length: channels }, () => make))
            const send = (first: number, queue: Queue.Queue<number>) =>
              Effect.gen(function* () {
                for (let i = first; i <= size; i += channels) yield* Queue.offer(queue, i)
              })
            const fibers = []
            for (const [i, queue] of all.entries()) fibers.push(yield* Effect.forkChild(send(i + 1, queue)))
            const next = Effect.raceAllFirst(all.map((queue) => Queue.take(queue)))
            let sum = 0
            for (let i = 0; i < size; i++) sum += yield* next
            for (const fiber of fibers) yield* Fiber.join(fiber)
            return sum
          })
        )
    },
    /** A race of takes would lose items. The queues share one bell instead, and are looked through when it rings. */
    promise: async () => async (size) => {
      let ring = () => {}
      const all = Array.from({ length: channels }, () => new PromiseQueue<number>(capacity, () => ring()))
      const send = async (first: number, queue: PromiseQueue<number>) => {
        for (let i = first; i <= size; i += channels) await queue.put(i)
      }
      const sending = all.map((queue, i) => send(i + 1, queue))
      let begin = 0
      const next = async (): Promise<number> => {
        while (true) {
          begin++
          for (let i = 0; i < channels; i++) {
            const item = all[(begin + i) % channels]?.poll()
            if (item !== undefined) return item
          }
          await new Promise<void>((resolve) => {
            ring = resolve
          })
        }
      }
      let sum = 0
      for (let i = 0; i < size; i++) sum += await next()
      await Promise.all(sending)
      return sum
    },
    "ts-chan": () => tsChan(false),
    "ts-chan unsafe": () => tsChan(true),
    "@thi.ng/csp": async () => {
      const { channel, select } = await import("@thi.ng/csp")
      return async (size) => {
        const [first, ...rest] = Array.from({ length: channels }, () => channel<number>(capacity))
        if (first === undefined) throw new Error("there is no channel")
        const all = [first, ...rest]
        const send = async (begin: number, numbers: typeof first) => {
          for (let i = begin; i <= size; i += channels) await numbers.write(i)
        }
        const sending = all.map((numbers, i) => send(i + 1, numbers))
        let sum = 0
        for (let i = 0; i < size; i++) {
          const [item] = await select(first, ...rest)
          sum += item ?? 0
        }
        await Promise.all(sending)
        return sum
      }
    }
  }
}

const tsChan = async (unsafe: boolean): ReturnType<Peer> => {
  const { Chan, recv, Select } = await import("ts-chan")
  return async (size) => {
    const all = Array.from({ length: channels }, () => new Chan<number>(capacity).setUnsafe(unsafe))
    const send = async (first: number, channel: (typeof all)[number]) => {
      for (let i = first; i <= size; i += channels) await channel.send(i)
    }
    const sending = all.map((channel, i) => send(i + 1, channel))
    const select = new Select(all.map((channel) => recv(channel))).setUnsafe(unsafe)
    let sum = 0
    for (let i = 0; i < size; i++) {
      const ready = select.cases[await select.wait()]
      if (ready === undefined) throw new Error("no case is ready")
      sum += select.recv(ready).value ?? 0
    }
    await Promise.all(sending)
    return sum
  }
}
