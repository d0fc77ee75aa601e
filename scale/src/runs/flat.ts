/** One group with a million tasks: spawned and joined, or spawned and cancelled. */
import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { Tally } from "../Tally.ts"
import { figures, watched } from "../watched.ts"

const joined = async (count: number): Promise<void> => {
  const ran = new Tally("tasks that ran", count)
  const sum = await Effect.runPromise(
    TaskGroup.run("flat", function* (group) {
      const tasks: Array<TaskGroup.Task<number, never>> = []
      for (let index = 0; index < count; index++) {
        tasks.push(yield* group.spawn(Effect.sync(() => (ran.add(index), index))))
      }
      let sum = 0
      for (const task of tasks) sum += yield* task.join
      return sum
    })
  )
  ran.check()
  expect(sum === (count * (count - 1)) / 2, `the sum of all values, got ${sum}`)
}

const cancelled = async (count: number): Promise<void> => {
  const cleanups = new Tally("cleanups of cancelled tasks", count)
  let waiting = 0
  const left = await Effect.runPromise(
    TaskGroup.run("flat", function* (group) {
      for (let index = 0; index < count; index++) {
        const waits = Effect.suspend(() => (waiting++, Effect.never))
        yield* group.spawn(
          Effect.ensuring(
            waits,
            Effect.sync(() => cleanups.add(index))
          )
        )
      }
      while (waiting < count) yield* Effect.yieldNow
      yield* group.cancelTasks("enough")
      yield* group.awaitAll
      return yield* group.size
    })
  )
  expect(left === 0, `no task left, got ${left}`)
  cleanups.check()
}

const flat = (name: string, what: string, go: (count: number) => Promise<void>): Run => ({
  name,
  claim: `1,000,000 tasks in one group are ${what}`,
  seconds: { long: 300, short: 120 },
  go: async (size, say) => {
    const count = size === "long" ? 1_000_000 : 200_000
    const [, seen] = await watched(() => go(count))
    say(figures(`tasks ${what}`, count, seen))
  }
})

export const flatRuns: ReadonlyArray<Run> = [
  flat("flat-joined", "spawned and joined", joined),
  flat("flat-cancelled", "spawned and cancelled; every cleanup runs exactly once", cancelled)
]
