import type { Workload } from "../Workload.ts"

const limit = 64

/** Maps a list by a function that awaits one promise, at most 64 at once, and adds the results up. */
export const mapLimit: Workload = {
  name: "map-limit",
  title: "11 map at limit 64",
  unit: "ns",
  size: 100_000,
  quick: 2000,
  expected: (size) => size * (size - 1),
  fewer: { effection: 2000, asyncio: 20_000, trio: 20_000 },
  python: "map_limit",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return (size) => {
        const numbers = Array.from({ length: size }, (_, i) => i)
        const mapped = TaskGroup.forEach(numbers, (i) => Effect.promise(() => Promise.resolve(2 * i)), { limit })
        return Effect.runPromise(Effect.map(mapped, (values) => values.reduce((sum, value) => sum + value, 0)))
      }
    },
    effect: async () => {
      const { Effect } = await import("effect")
      return (size) => {
        const numbers = Array.from({ length: size }, (_, i) => i)
        const mapped = Effect.forEach(numbers, (i) => Effect.promise(() => Promise.resolve(2 * i)), {
          concurrency: limit
        })
        return Effect.runPromise(Effect.map(mapped, (values) => values.reduce((sum, value) => sum + value, 0)))
      }
    },
    promise: async () => async (size) => {
      const values: Array<number> = []
      let next = 0
      const worker = async () => {
        while (next < size) {
          const i = next++
          values[i] = await Promise.resolve(2 * i)
        }
      }
      await Promise.all(Array.from({ length: limit }, worker))
      return values.reduce((sum, value) => sum + value, 0)
    },
    "p-map": async () => {
      const { default: pMap } = await import("p-map")
      return async (size) => {
        const numbers = Array.from({ length: size }, (_, i) => i)
        const values = await pMap(numbers, (i) => Promise.resolve(2 * i), { concurrency: limit })
        return values.reduce((sum, value) => sum + value, 0)
      }
    },
    "p-limit": async () => {
      const { default: pLimit } = await import("p-limit")
      return async (size) => {
        const numbers = Array.from({ length: size }, (_, i) => i)
        const values = await pLimit(limit).map(numbers, (i) => Promise.resolve(2 * i))
        return values.reduce((sum, value) => sum + value, 0)
      }
    },
    rxjs: async () => {
      const { from, lastValueFrom, mergeMap, range, reduce } = await import("rxjs")
      return (size) =>
        lastValueFrom(
          range(0, size).pipe(
            mergeMap((i) => from(Promise.resolve(2 * i)), limit),
            reduce((sum, value) => sum + value, 0)
          )
        )
    },
    effection: async () => {
      const { run, spawn, until } = await import("effection")
      return (size) =>
        run(function* () {
          const values: Array<number> = []
          let next = 0
          const worker = function* () {
            while (next < size) {
              const i = next++
              values[i] = yield* until(Promise.resolve(2 * i))
            }
          }
          const workers = []
          for (let i = 0; i < limit; i++) workers.push(yield* spawn(worker))
          for (const worker of workers) yield* worker
          return values.reduce((sum, value) => sum + value, 0)
        })
    }
  }
}
