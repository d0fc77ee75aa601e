import type { Workload } from "../Workload.ts"

const tasksOfAGroup = 100

/** Groups one after another, each of a hundred trivial tasks; a group is over when its tasks are. */
export const groupsSequential: Workload = {
  name: "groups-sequential",
  title: "2a sequential groups of 100 tasks",
  unit: "ns",
  size: 100_000,
  quick: 1000,
  expected: (size) => size,
  fewer: { effection: 2000, asyncio: 20_000, trio: 20_000 },
  python: "groups_sequential",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return (size) => {
        let ran = 0
        const group = TaskGroup.run("group", function* (group) {
          for (let i = 0; i < tasksOfAGroup; i++) yield* group.spawn(Effect.sync(() => ran++))
        })
        return Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < size / tasksOfAGroup; i++) yield* group
            return ran
          })
        )
      }
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      return (size) => {
        let ran = 0
        const group = Effect.gen(function* () {
          const fibers = []
          for (let i = 0; i < tasksOfAGroup; i++) fibers.push(yield* Effect.forkChild(Effect.sync(() => ran++)))
          for (const fiber of fibers) yield* Fiber.join(fiber)
        })
        return Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < size / tasksOfAGroup; i++) yield* group
            return ran
          })
        )
      }
    },
    "effect forEach": async () => {
      const { Effect } = await import("effect")
      const numbers = Array.from({ length: tasksOfAGroup }, (_, i) => i)
      return (size) => {
        let ran = 0
        const group = Effect.forEach(numbers, () => Effect.sync(() => ran++), {
          concurrency: "unbounded",
          discard: true
        })
        return Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < size / tasksOfAGroup; i++) yield* group
            return ran
          })
        )
      }
    },
    promise: async () => async (size) => {
      let ran = 0
      for (let i = 0; i < size / tasksOfAGroup; i++) {
        const tasks = []
        for (let k = 0; k < tasksOfAGroup; k++) tasks.push((async () => ran++)())
        await Promise.all(tasks)
      }
      return ran
    },
    rxjs: async () => {
      const { concatMap, count, defer, lastValueFrom, mergeMap, of, range } = await import("rxjs")
      return (size) => {
        let ran = 0
        const group = range(0, tasksOfAGroup).pipe(
          mergeMap(() => defer(() => of(ran++))),
          count()
        )
        return lastValueFrom(range(0, size / tasksOfAGroup).pipe(concatMap(() => group))).then(() => ran)
      }
    },
    effection: async () => {
      const { run, spawn } = await import("effection")
      return (size) => {
        let ran = 0
        // oxlint-disable-next-line require-yield -- effection takes generators only
        const task = function* () {
          ran++
        }
        const group = function* () {
          const tasks = []
          for (let i = 0; i < tasksOfAGroup; i++) tasks.push(yield* spawn(task))
          for (const task of tasks) yield* task
        }
        return run(function* () {
          for (let i = 0; i < size / tasksOfAGroup; i++) yield* group()
          return ran
        })
      }
    }
  }
}
