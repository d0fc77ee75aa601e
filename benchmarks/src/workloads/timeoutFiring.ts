import type { Workload } from "../Workload.ts"

const soon = 10

/**
 * Concurrent waits that only their timeout ends, each with a cleanup that counts. The ten milliseconds that all wait
 * are in the figure, for every peer.
 */
export const timeoutFiring: Workload = {
  name: "timeout-firing",
  title: "5b concurrent timeouts that fire",
  unit: "ns",
  size: 10_000,
  quick: 500,
  expected: (size) => size,
  fewer: { effection: 500 },
  python: "timeout_firing",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup, Timeout } = await import("ferrule")
      return async (size) => {
        let cleaned = 0
        let late = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const task = Effect.never.pipe(
          Effect.onInterrupt(cleanup),
          Timeout.failAfter(soon),
          Effect.catchTag("DeadlineExceeded", () => Effect.sync(() => late++))
        )
        const program = TaskGroup.run("waits", function* (group) {
          for (let i = 0; i < size; i++) yield* group.spawn(task)
        })
        await Effect.runPromise(program)
        return Math.min(cleaned, late)
      }
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      return async (size) => {
        let cleaned = 0
        let late = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const task = Effect.never.pipe(
          Effect.onInterrupt(cleanup),
          Effect.timeout(soon),
          Effect.catchTag("TimeoutError", () => Effect.sync(() => late++))
        )
        const program = Effect.gen(function* () {
          const fibers = []
          for (let i = 0; i < size; i++) fibers.push(yield* Effect.forkChild(task))
          for (const fiber of fibers) yield* Fiber.join(fiber)
        })
        await Effect.runPromise(program)
        return Math.min(cleaned, late)
      }
    },
    promise: async () => async (size) => {
      let cleaned = 0
      let late = 0
      const wait = async (signal: AbortSignal) => {
        try {
          await new Promise<void>((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true })
          })
        } finally {
          cleaned++
        }
      }
      const task = async () => {
        const controller = new AbortController()
        const timer = setTimeout(() => controller.abort(), soon)
        try {
          await wait(controller.signal)
        } catch {
          late++
        } finally {
          clearTimeout(timer)
        }
      }
      const tasks = []
      for (let i = 0; i < size; i++) tasks.push(task())
      await Promise.all(tasks)
      return Math.min(cleaned, late)
    },
    // What it times out runs on: there is no cleanup to count.
    "p-timeout": async () => {
      const { default: pTimeout, TimeoutError } = await import("p-timeout")
      return async (size) => {
        let late = 0
        const task = async () => {
          try {
            await pTimeout(new Promise<void>(() => {}), { milliseconds: soon })
          } catch (error) {
            if (error instanceof TimeoutError) late++
          }
        }
        const tasks = []
        for (let i = 0; i < size; i++) tasks.push(task())
        await Promise.all(tasks)
        return late
      }
    },
    rxjs: async () => {
      const { catchError, finalize, forkJoin, lastValueFrom, NEVER, of, timeout } = await import("rxjs")
      return async (size) => {
        let cleaned = 0
        let late = 0
        const task = NEVER.pipe(
          finalize(() => cleaned++),
          timeout(soon),
          catchError(() => of(late++))
        )
        await lastValueFrom(forkJoin(Array.from({ length: size }, () => task)))
        return Math.min(cleaned, late)
      }
    },
    effection: async () => {
      const { race, run, sleep, spawn, suspend } = await import("effection")
      return (size) => {
        let cleaned = 0
        let late = 0
        const wait = function* () {
          try {
            yield* suspend()
          } finally {
            cleaned++
          }
        }
        const task = function* () {
          yield* race([wait(), sleep(soon)])
          late++
        }
        return run(function* () {
          const tasks = []
          for (let i = 0; i < size; i++) tasks.push(yield* spawn(task))
          for (const task of tasks) yield* task
          return Math.min(cleaned, late)
        })
      }
    }
  }
}
