import type { Workload } from "../Workload.ts"

/**
 * Each task gives its number, and all are added up. A group, as Trio's, joins its tasks by ending: they add their number
 * themselves. Where fibers have no group, whoever spawned them joins each; so does `ferrule, each joined`.
 */
export const spawnTrivial: Workload = {
  name: "spawn-trivial",
  title: "1 spawn + join, trivial",
  unit: "ns",
  size: 100_000,
  quick: 1000,
  expected: (size) => (size * (size - 1)) / 2,
  fewer: { effection: 2000, asyncio: 20_000, trio: 20_000 },
  python: "spawn_trivial",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return async (size) => {
        let sum = 0
        const program = TaskGroup.run("tasks", function* (group) {
          for (let i = 0; i < size; i++) yield* group.spawn(Effect.sync(() => void (sum += i)))
        })
        await Effect.runPromise(program)
        return sum
      }
    },
    "ferrule, each joined": async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return (size) =>
        Effect.runPromise(
          TaskGroup.run("tasks", function* (group) {
            const tasks = []
            for (let i = 0; i < size; i++) tasks.push(yield* group.spawn(Effect.sync(() => i)))
            let sum = 0
            for (const task of tasks) sum += yield* task.join
            return sum
          })
        )
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const fibers = []
            for (let i = 0; i < size; i++) fibers.push(yield* Effect.forkChild(Effect.sync(() => i)))
            let sum = 0
            for (const fiber of fibers) sum += yield* Fiber.join(fiber)
            return sum
          })
        )
    },
    "effect awaitAllChildren": async () => {
      const { Effect } = await import("effect")
      return async (size) => {
        let sum = 0
        const program = Effect.gen(function* () {
          for (let i = 0; i < size; i++) yield* Effect.forkChild(Effect.sync(() => void (sum += i)))
        })
        await Effect.runPromise(Effect.awaitAllChildren(program))
        return sum
      }
    },
    "effect forEach": async () => {
      const { Effect } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const numbers = Array.from({ length: size }, (_, i) => i)
            const values = yield* Effect.forEach(numbers, (i) => Effect.sync(() => i), { concurrency: "unbounded" })
            let sum = 0
            for (const value of values) sum += value
            return sum
          })
        )
    },
    promise: async () => async (size) => {
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push((async () => i)())
      let sum = 0
      for (const value of await Promise.all(tasks)) sum += value
      return sum
    },
    rxjs: async () => {
      const { defer, lastValueFrom, mergeMap, of, range, reduce } = await import("rxjs")
      return (size) =>
        lastValueFrom(
          range(0, size).pipe(
            mergeMap((i) => defer(() => of(i))),
            reduce((sum, value) => sum + value, 0)
          )
        )
    },
    effection: async () => {
      const { run, spawn } = await import("effection")
      const task = (i: number) =>
        // oxlint-disable-next-line require-yield -- effection takes generators only
        function* () {
          return i
        }
      return (size) =>
        run(function* () {
          const tasks = []
          for (let i = 0; i < size; i++) tasks.push(yield* spawn(task(i)))
          let sum = 0
          for (const task of tasks) sum += yield* task
          return sum
        })
    }
  }
}
