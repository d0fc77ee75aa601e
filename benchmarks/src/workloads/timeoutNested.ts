import type * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type { Timeout } from "ferrule"
import type { Operation } from "effection"
import { within } from "../within.ts"
import type { Workload } from "../Workload.ts"

/** From the innermost deadline out: none of them passes. */
const deadlines = Array.from({ length: 10 }, (_, level) => 60_000 + 1000 * level)

/** One after another: a piece of work that awaits one promise, under ten deadlines at once. */
export const timeoutNested: Workload = {
  name: "timeout-nested",
  title: "5c ten nested deadlines",
  unit: "ns",
  size: 10_000,
  quick: 500,
  expected: (size) => (size * (size - 1)) / 2,
  fewer: { effection: 50, asyncio: 2000, trio: 2000 },
  python: "timeout_nested",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { Timeout } = await import("ferrule")
      const work = (i: number) => {
        let nested: Effect.Effect<number, Timeout.DeadlineExceeded> = Effect.promise(() => Promise.resolve(i))
        for (const deadline of deadlines) nested = Timeout.failAfter(nested, deadline)
        return nested
      }
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            let sum = 0
            for (let i = 0; i < size; i++) sum += yield* work(i)
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect } = await import("effect")
      const work = (i: number) => {
        let nested: Effect.Effect<number, Cause.TimeoutError> = Effect.promise(() => Promise.resolve(i))
        for (const deadline of deadlines) nested = Effect.timeout(nested, deadline)
        return nested
      }
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            let sum = 0
            for (let i = 0; i < size; i++) sum += yield* work(i)
            return sum
          })
        )
    },
    promise: async () => {
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) {
          let nested = Promise.resolve(i)
          for (const deadline of deadlines) nested = within(deadline, nested)
          sum += await nested
        }
        return sum
      }
    },
    "p-timeout": async () => {
      const { default: pTimeout } = await import("p-timeout")
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) {
          let nested = Promise.resolve(i)
          for (const deadline of deadlines) nested = pTimeout(nested, { milliseconds: deadline })
          sum += await nested
        }
        return sum
      }
    },
    rxjs: async () => {
      const { firstValueFrom, from, timeout } = await import("rxjs")
      return async (size) => {
        let sum = 0
        for (let i = 0; i < size; i++) {
          let nested = from(Promise.resolve(i))
          for (const deadline of deadlines) nested = nested.pipe(timeout(deadline))
          sum += await firstValueFrom(nested)
        }
        return sum
      }
    },
    effection: async () => {
      const { race, run, sleep, until } = await import("effection")
      const late = function* (deadline: number) {
        yield* sleep(deadline)
        return Number.NaN
      }
      const work = (i: number) => {
        let nested: Operation<number> = until(Promise.resolve(i))
        for (const deadline of deadlines) nested = race([nested, late(deadline)])
        return nested
      }
      return (size) =>
        run(function* () {
          let sum = 0
          for (let i = 0; i < size; i++) sum += yield* work(i)
          return sum
        })
    }
  }
}
