import type { Workload } from "../Workload.ts"

const steps = 5

/** Two fibers of five steps each, run under one schedule after the other; the peers run them as they come. */
export const exploreTwoFibers: Workload = {
  name: "explore-two-fibers",
  title: "14 explore: two fibers, per schedule",
  unit: "ns",
  size: 20_000,
  quick: 500,
  expected: (size) => size * 2 * steps,
  peers: {
    ferrule: async () => {
      const { explore } = await import("@ferrule/testing")
      const { Effect } = await import("effect")
      return async (size) => {
        let done = 0
        const step = Effect.sync(() => void done++)
        const fiber = Effect.gen(function* () {
          for (let i = 0; i < steps; i++) yield* step
        })
        const both = Effect.all([fiber, fiber], { concurrency: 2, discard: true })
        const { schedules } = await Effect.runPromise(explore(both, { runs: size }))
        return schedules === size ? done : 0
      }
    },
    effect: async () => {
      const { Effect } = await import("effect")
      return async (size) => {
        let done = 0
        const step = Effect.sync(() => void done++)
        const fiber = Effect.gen(function* () {
          for (let i = 0; i < steps; i++) yield* step
        })
        const both = Effect.all([fiber, fiber], { concurrency: 2, discard: true })
        for (let i = 0; i < size; i++) await Effect.runPromise(both)
        return done
      }
    },
    promise: async () => async (size) => {
      let done = 0
      const step = async () => void done++
      const fiber = async () => {
        for (let i = 0; i < steps; i++) await step()
      }
      for (let i = 0; i < size; i++) await Promise.all([fiber(), fiber()])
      return done
    }
  }
}
