import { nextTurn } from "../nextTurn.ts"
import type { Workload } from "../Workload.ts"

const hour = 3_600_000

/** What a task that sleeps under a deadline holds of the heap. */
export const idleHeapDeadline: Workload = {
  name: "idle-heap-deadline",
  title: "heap of an idle task under a deadline",
  unit: "B",
  size: 100_000,
  quick: 10_000,
  expected: (size) => size,
  fewer: { asyncio: 20_000, trio: 20_000 },
  python: "idle_heap_deadline",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup, Timeout } = await import("ferrule")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = Effect.suspend(() => {
          asleep++
          return Effect.sleep(hour)
        }).pipe(Timeout.failAfter(2 * hour))
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
        }).pipe(Effect.timeout(2 * hour))
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
      const wakes: Array<() => void> = []
      const sleeper = async () => {
        asleep++
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(resolve, hour)
          const deadline = setTimeout(() => reject(new Error("late")), 2 * hour)
          wakes.push(() => {
            clearTimeout(timer)
            clearTimeout(deadline)
            resolve()
          })
        })
      }
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push(sleeper())
      await nextTurn()
      meter.stop()
      for (const wake of wakes) wake()
      await Promise.all(tasks)
      return asleep
    },
    rxjs: async () => {
      const { defer, Subscription, timeout, timer } = await import("rxjs")
      return async (size, meter) => {
        let asleep = 0
        const sleeper = defer(() => {
          asleep++
          return timer(hour)
        }).pipe(timeout(2 * hour))
        const all = new Subscription()
        for (let i = 0; i < size; i++) all.add(sleeper.subscribe())
        await nextTurn()
        meter.stop()
        all.unsubscribe()
        return asleep
      }
    }
  }
}
