import type { Workload } from "../Workload.ts"

/** As `spawn-trivial`, but each task awaits a promise first, one that has its value already. */
export const spawnSuspending: Workload = {
  name: "spawn-suspending",
  title: "1b spawn + join, each task awaits one promise",
  unit: "ns",
  size: 100_000,
  quick: 1000,
  expected: (size) => (size * (size - 1)) / 2,
  // rxjs needs quadratic time when what it merges is not there at once, `mergeMap` even more than `forkJoin`.
  fewer: { effection: 2000, rxjs: 10_000 },
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return async (size) => {
        let sum = 0
        const program = TaskGroup.run("tasks", function* (group) {
          for (let i = 0; i < size; i++) {
            const number = Effect.promise(() => Promise.resolve(i))
            yield* group.spawn(Effect.map(number, (value) => void (sum += value)))
          }
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
            for (let i = 0; i < size; i++) tasks.push(yield* group.spawn(Effect.promise(() => Promise.resolve(i))))
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
            for (let i = 0; i < size; i++) {
              fibers.push(yield* Effect.forkChild(Effect.promise(() => Promise.resolve(i))))
            }
            let sum = 0
            for (const fiber of fibers) sum += yield* Fiber.join(fiber)
            return sum
          })
        )
    },
    "effect forEach": async () => {
      const { Effect } = await import("effect")
      return (size) =>
        Effect.runPromise(
          Effect.gen(function* () {
            const numbers = Array.from({ length: size }, (_, i) => i)
            const values = yield* Effect.forEach(numbers, (i) => Effect.promise(() => Promise.resolve(i)), {
              concurrency: "unbounded"
            })
            let sum = 0
            for (const value of values) sum += value
            return sum
          })
        )
    },
    promise: async () => async (size) => {
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push((async () => await Promise.resolve(i))())
      let sum = 0
      for (const value of await Promise.all(tasks)) sum += value
      return sum
    },
    rxjs: async () => {
      const { forkJoin, from, lastValueFrom, map } = await import("rxjs")
      return (size) => {
        const tasks = Array.from({ length: size }, (_, i) => from(Promise.resolve(i)))
        return lastValueFrom(forkJoin(tasks).pipe(map((values) => values.reduce((sum, value) => sum + value, 0))))
      }
    },
    effection: async () => {
      const { run, spawn, until } = await import("effection")
      return (size) =>
        run(function* () {
          const tasks = []
          for (let i = 0; i < size; i++) tasks.push(yield* spawn(() => until(Promise.resolve(i))))
          let sum = 0
          for (const task of tasks) sum += yield* task
          return sum
        })
    }
  }
}
