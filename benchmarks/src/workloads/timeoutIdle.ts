import { within } from "../within.ts"
import type { Workload } from "../Workload.ts"

const minute = 60_000

/** One after another: a piece of work that awaits one promise, under a timeout that never fires. */
export const timeoutIdle: Workload = {
  name: "timeout-idle",
  title: "5a timeout that does not fire",
  unit: "ns",
  size: 50_000,
  quick: 1000,
  expected: (size) => (size * (size - 1)) / 2,
  fewer: { effection: 500, asyncio: 20_000, trio: 20_000 },
  python: "timeout_idle",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Timeout } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            let sum = 0
            for (let i = 0; i < size; i++) {
              sum += yield* Effect.promise(() => Promise.resolve(i)).pipe(Timeout.failAfter(minute))
            }
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            let sum = 0
            for (let i = 0; i < size; i++) {
              sum += yield* Effect.promise(() => Promise.resolve(i)).pipe(Effect.timeout(minute))
            }
            return sum
          })
        )
    },
    promise: async () => {
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) sum += await within(minute, Promise.resolve(i))
        return sum
      }
    },
    "p-timeout": async () => {
      const { default: pTimeout } = await import("p-timeout")
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) sum += await pTimeout(Promise.resolve(i), { milliseconds: minute })
        return sum
      }
    },
    rxjs: async () => {
      const { firstValueFrom, from, timeout } = await import("rxjs")
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) sum += await firstValueFrom(from(Promise.resolve(i)).pipe(timeout(minute)))
        return sum
      }
    },
    effection: async () => {
      const { race, run, sleep, until } = await import("effection")
      const late = function* () {
        yield* sleep(minute)
        return Number.NaN
      }
      return (size) =>
        run(function* () {
          let sum = 0
          for (let i = 0; i < size; i++) sum += yield* race([until(Promise.resolve(i)), late()])
          return sum
        })
    }
  }
}
