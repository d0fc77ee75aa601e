import { nextTurn } from "../nextTurn.ts"
import type { Workload } from "../Workload.ts"

const hour = 3_600_000

/** What a task that sleeps holds of the heap. Nobody keeps its handle. */
export const idleHeap: Workload = {
  name: "idle-heap",
  title: "heap of an idle task",
  unit: "B",
  size: 100_000,
  quick: 10_000,
  expected: (size) => size,
  fewer: { effection: 10_000, asyncio: 20_000, trio: 20_000 },
  python: "idle_heap",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = Effect.suspend(() => {
          asleep++
          return Effect.sleep(hour)
        })
        const program = TaskGroup.run("sleepers", function* (group) {
          for (let i = 0; i < size; i++) yield* group.spawn(sleeper)
          while (asleep < size) yield* Effect.promise(nextTurn)
          meter.stop()
          yield* group.cancelTasks()
        })
        await Effect.runPromise(program)
        return asleep
      }
    },
    effect: async () => {
      const { Effect } = await import("effect")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = Effect.suspend(() => {
          asleep++
          return Effect.sleep(hour)
        })
        // Children are interrupted when their parent ends.
        const program = Effect.gen(function* () {
          for (let i = 0; i < size; i++) yield* Effect.forkChild(sleeper)
          while (asleep < size) yield* Effect.promise(nextTurn)
          meter.stop()
        })
        await Effect.runPromise(program)
        return asleep
      }
    },
    promise: async () => async (size, meter) => {
      let asleep = 0
      const timers: Array<() => void> = []
      const sleeper = async () => {
        asleep++
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, hour)
          timers.push(() => {
            clearTimeout(timer)
            resolve()
          })
        })
      }
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push(sleeper())
      await nextTurn()
      meter.stop()
      for (const wake of timers) wake()
      await Promise.all(tasks)
      return asleep
    },
    rxjs: async () => {
      const { defer, Subscription, timer } = await import("rxjs")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = defer(() => {
          asleep++
          return timer(hour)
        })
        const all = new Subscription()
        for (let i = 0; i < size; i++) all.add(sleeper.subscribe())
        await nextTurn()
        meter.stop()
        all.unsubscribe()
        return asleep
      }
    },
    effection: async () => {
      const { run, sleep, spawn, until } = await import("effection")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = function* () {
          asleep++
          yield* sleep(hour)
        }
        await run(function* () {
          for (let i = 0; i < size; i++) void (yield* spawn(sleeper))
          while (asleep < size) yield* until(nextTurn())
          meter.stop()
        })
        return asleep
      }
    }
  }
}
