import type * as Effect from "effect/Effect"
import type { Operation } from "effection"
import type { Observable } from "rxjs"
import { nextTurn } from "../nextTurn.ts"
import type { Workload } from "../Workload.ts"

const cancelled = new Error("cancelled")

/**
 * Tasks in tasks, so many levels deep, each with a cleanup that counts. The innermost waits; then the outermost is
 * cancelled. Measured per level: the cancel alone, and all of it, going in too.
 */
export const depthCancel: Workload = {
  name: "depth-cancel",
  title: "3 tasks in tasks, cancel the root",
  unit: "ns",
  size: 1000,
  quick: 100,
  wholeToo: true,
  atLeast: 20_000,
  also: [
    { size: 10_000, peers: ["ferrule"] },
    { size: 100_000, peers: ["ferrule"] }
  ],
  retreat: [800, 700, 500, 300, 100],
  expected: (size) => size,
  python: "depth_cancel",
  peers: {
    ferrule: async () => {
      const { Effect } = await import("effect")
      const { TaskGroup } = await import("ferrule")
      return async (size, meter) => {
        let entered = 0
        let cleaned = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const level = (left: number): Effect.Effect<void> =>
          TaskGroup.run("level", function* (group) {
            entered++
            yield* group.spawn(left === 1 ? Effect.never : level(left - 1))
          }).pipe(Effect.onInterrupt(cleanup))
        const program = TaskGroup.run("root", function* (group) {
          const task = yield* group.spawn(level(size))
          while (entered < size) yield* Effect.promise(nextTurn)
          yield* Effect.promise(nextTurn)
          meter.start()
          yield* task.cancelAndWait()
        })
        await Effect.runPromise(program)
        return cleaned
      }
    },
    effect: async () => {
      const { Effect, Fiber } = await import("effect")
      return async (size, meter) => {
        let entered = 0
        let cleaned = 0
        const cleanup = () => Effect.sync(() => cleaned++)
        const level = (left: number): Effect.Effect<void> =>
          Effect.gen(function* () {
            entered++
            const fiber = yield* Effect.forkChild(left === 1 ? Effect.never : level(left - 1))
            yield* Fiber.join(fiber)
          }).pipe(Effect.onInterrupt(cleanup))
        const program = Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(level(size))
          while (entered < size) yield* Effect.promise(nextTurn)
          yield* Effect.promise(nextTurn)
          meter.start()
          yield* Fiber.interrupt(fiber)
        })
        await Effect.runPromise(program)
        return cleaned
      }
    },
    promise: async () => async (size, meter) => {
      let cleaned = 0
      let cancel = () => {}
      const level = async (left: number): Promise<void> => {
        try {
          if (left > 1) await level(left - 1)
          else {
            await new Promise<void>((_, reject) => {
              cancel = () => reject(cancelled)
            })
          }
        } finally {
          cleaned++
        }
      }
      const task = level(size).catch(() => undefined)
      await nextTurn()
      meter.start()
      cancel()
      await task
      return cleaned
    },
    rxjs: async () => {
      const { Observable } = await import("rxjs")
      return async (size, meter) => {
        let cleaned = 0
        // `defer` and `finalize` would overflow the stack here: each level takes more frames.
        const level = (left: number): Observable<never> =>
          new Observable((subscriber) => {
            if (left > 1) subscriber.add(level(left - 1).subscribe())
            return () => cleaned++
          })
        const subscription = level(size).subscribe()
        await nextTurn()
        meter.start()
        subscription.unsubscribe()
        return cleaned
      }
    },
    effection: async () => {
      const { run, spawn, suspend, until } = await import("effection")
      return async (size, meter) => {
        let entered = 0
        let cleaned = 0
        const level = function* (left: number): Operation<void> {
          try {
            entered++
            if (left === 1) yield* suspend()
            else yield* yield* spawn(() => level(left - 1))
          } finally {
            cleaned++
          }
        }
        await run(function* () {
          const task = yield* spawn(() => level(size))
          while (entered < size) yield* until(nextTurn())
          meter.start()
          yield* task.halt()
        })
        return cleaned
      }
    }
  }
}
