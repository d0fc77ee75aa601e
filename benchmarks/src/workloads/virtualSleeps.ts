import { setImmediate } from "node:timers/promises"
import type { Workload } from "../Workload.ts"

const sleepers = 100
const minute = 60_000

/**
 * A hundred tasks that each sleep a minute again and again, until so many sleeps are over, on virtual time: Ferrule's
 * clock jumps by itself, Effect's TestClock is told to. Promises have no such clock: theirs wait for a turn of the loop.
 */
export const virtualSleeps: Workload = {
  name: "virtual-sleeps",
  title: "15 sleep on virtual time",
  unit: "ns",
  size: 100_000,
  quick: 1_000,
  expected: (size) => size,
  peers: {
    ferrule: async () => {
      const { VirtualClock } = await import("@ferrule/testing")
      const { Effect } = await import("effect")
      return (size) =>
        Effect.gen(function* () {
          let slept = 0
          const sleep = Effect.tap(Effect.sleep(minute), () => Effect.sync(() => slept++))
          const sleeper = Effect.repeat(sleep, { times: size / sleepers - 1 })
          const all = Effect.forEach(Array(sleepers).keys(), () => sleeper, { concurrency: "unbounded", discard: true })
          yield* VirtualClock.run(all)
          return slept
        }).pipe(Effect.runPromise)
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      const { TestClock } = await import("effect/testing")
      return (size) =>
        Effect.gen(function* () {
          let slept = 0
          const sleep = Effect.tap(Effect.sleep(minute), () => Effect.sync(() => slept++))
          const sleeper = Effect.repeat(sleep, { times: size / sleepers - 1 })
          const all = Effect.forEach(Array(sleepers).keys(), () => sleeper, { concurrency: "unbounded", discard: true })
          const fiber = yield* Effect.forkChild(all)
          for (let i = 0; i < size / sleepers; i++) yield* TestClock.adjust(minute)
          yield* Fiber.join(fiber)
          return slept
        }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)
    },
    promise: async () => async (size) => {
      let slept = 0
      const sleeper = async () => {
        for (let i = 0; i < size / sleepers; i++) {
          await setImmediate()
          slept++
        }
      }
      await Promise.all(Array.from({ length: sleepers }, sleeper))
      return slept
    }
  }
}
