import { nextTurn } from "../nextTurn.ts"
import type { Workload } from "../Workload.ts"

const hour = 3_600_000

const cancelled = new Error("cancelled")

/** Tasks that sleep, each with a cleanup that counts. All of them sleep; then they are cancelled, and that is measured. */
export const sleepersCancel: Workload = {
  name: "sleepers-cancel",
  title: "4 cancel sleeping tasks with cleanup",
  unit: "ns",
  wholeToo: true,
  size: 100_000,
  quick: 1000,
  expected: (size) => size,
  fewer: { effection: 2000 },
  python: "sleepers_cancel",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return async (size, meter) => {
        let asleep = 0
        let cleaned = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const sleeper = Effect.suspend(() => {
          asleep++
          return Effect.sleep(hour)
        }).pipe(Effect.onInterrupt(cleanup))
        const program = TaskGroup.run("sleepers", function* (group) {
          for (let i = 0; i < size; i++) yield* group.spawn(sleeper)
          while (asleep < size) yield* Effect.promise(nextTurn)
          meter.start()
          yield* group.cancelTasks()
        })
        await Effect.runPromise(program)
        return cleaned
      }
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      return async (size, meter) => {
        let asleep = 0
        let cleaned = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const sleeper = Effect.suspend(() => {
          asleep++
          return Effect.sleep(hour)
        }).pipe(Effect.onInterrupt(cleanup))
        const program = Effect.gen(function* () {
          const fibers = []
          for (let i = 0; i < size; i++) fibers.push(yield* Effect.forkChild(sleeper))
          while (asleep < size) yield* Effect.promise(nextTurn)
          meter.start()
          yield* Fiber.interruptAll(fibers)
        })
        await Effect.runPromise(program)
        return cleaned
      }
    },
    promise: async () => async (size, meter) => {
      let cleaned = 0
      const cancels: Array<() => void> = []
      const sleeper = async () => {
        try {
          await new Promise<void>((resolve, reject) => {
            const timer = setTimeout(resolve, hour)
            cancels.push(() => {
              clearTimeout(timer)
              reject(cancelled)
            })
          })
        } finally {
          cleaned++
        }
      }
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push(sleeper())
      await nextTurn()
      meter.start()
      const ended = Promise.allSettled(tasks)
      for (const cancel of cancels) cancel()
      await ended
      return cleaned
    },
    rxjs: async () => {
      const { finalize, Subscription, timer } = await import("rxjs")
      return async (size, meter) => {
        let cleaned = 0
        const sleeper = timer(hour).pipe(finalize(() => cleaned++))
        const all = new Subscription()
        for (let i = 0; i < size; i++) all.add(sleeper.subscribe())
        await nextTurn()
        meter.start()
        all.unsubscribe()
        return cleaned
      }
    },
    effection: async () => {
      const { run, sleep, spawn, until } = await import("effection")
      return async (size, meter) => {
        let asleep = 0
        let cleaned = 0
        const sleeper = function* () {
          try {
            asleep++
            yield* sleep(hour)
          } finally {
            cleaned++
          }
        }
        await run(function* () {
          for (let i = 0; i < size; i++) void (yield* spawn(sleeper))
          while (asleep < size) yield* until(nextTurn())
          // The tasks are halted at the end of the one that spawned them.
          meter.start()
        })
        return cleaned
      }
    }
  }
}
