import type * as Effect from "effect/Effect"
import type { Operation } from "effection"
import type { Observable } from "rxjs"
import type { Workload } from "../Workload.ts"

const branches = 10

/** As promises do, and raw Effect would with as little memory: down to a leaf before the next branch is begun. */
const depthFirst = { immediate: true }

/** A tree of tasks: each has ten, those at the bottom give their number, and the others the sum of theirs. Per leaf. */
export const skynet: Workload = {
  name: "skynet",
  title: "13 skynet",
  unit: "ns",
  memoryToo: true,
  size: 1_000_000,
  quick: 1000,
  retreat: [100_000, 10_000],
  expected: (size) => (size * (size - 1)) / 2,
  fewer: { effection: 1000, asyncio: 100_000, trio: 100_000 },
  python: "skynet",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      const node = (first: number, leaves: number): Effect.Effect<number> =>
        leaves === 1
          ? Effect.succeed(first)
          : TaskGroup.run("node", function* (group) {
              const share = leaves / branches
              const tasks = []
              for (let i = 0; i < branches; i++)
                tasks.push(yield* group.spawn(node(first + i * share, share), depthFirst))
              let sum = 0
              for (const task of tasks) sum += yield* task.join
              return sum
            })
      return (size) => Effect.runPromise(node(0, size))
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      const node = (first: number, leaves: number): Effect.Effect<number> =>
        leaves === 1
          ? Effect.succeed(first)
          : Effect.gen(function* () {
              const share = leaves / branches
              const fibers = []
              for (let i = 0; i < branches; i++) fibers.push(yield* Effect.forkChild(node(first + i * share, share)))
              let sum = 0
              for (const fiber of fibers) sum += yield* Fiber.join(fiber)
              return sum
            })
      return (size) => Effect.runPromise(node(0, size))
    },
    promise: async () => {
      const node = async (first: number, leaves: number): Promise<number> => {
        if (leaves === 1) return first
        const share = leaves / branches
        const tasks = []
        for (let i = 0; i < branches; i++) tasks.push(node(first + i * share, share))
        let sum = 0
        for (const value of await Promise.all(tasks)) sum += value
        return sum
      }
      return (size) => node(0, size)
    },
    rxjs: async () => {
      const { defer, lastValueFrom, mergeMap, of, range, reduce } = await import("rxjs")
      const node = (first: number, leaves: number): Observable<number> =>
        defer(() => {
          if (leaves === 1) return of(first)
          const share = leaves / branches
          return range(0, branches).pipe(
            mergeMap((i) => node(first + i * share, share)),
            reduce((sum, value) => sum + value, 0)
          )
        })
      return (size) => lastValueFrom(node(0, size))
    },
    effection: async () => {
      const { run, spawn } = await import("effection")
      const node = function* (first: number, leaves: number): Operation<number> {
        if (leaves === 1) return first
        const share = leaves / branches
        const tasks = []
        for (let i = 0; i < branches; i++) tasks.push(yield* spawn(() => node(first + i * share, share)))
        let sum = 0
        for (const task of tasks) sum += yield* task
        return sum
      }
      return (size) => run(() => node(0, size))
    }
  }
}
