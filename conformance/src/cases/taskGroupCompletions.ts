import { Effect, Exit, Stream } from "effect"
import { TaskGroup } from "ferrule"
import { ok } from "../harness/Outcome.ts"
import { scenario, type Scenario } from "../harness/Scenario.ts"

const valueAfter = (millis: number, value: number) => Effect.as(Effect.sleep(millis), value)

export const taskGroupCompletions: ReadonlyArray<Scenario> = [
  scenario("TG-38", "outcomes are collected as tasks end, cancelled ones too", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.supervised("sixteen", function* (group) {
        const tasks: Array<TaskGroup.Task<number, never>> = []
        for (let i = 0; i < 16; i++) tasks.push(yield* group.spawn(valueAfter(i * 1000, i)))
        for (const [i, task] of tasks.entries()) if (i % 2 === 1) yield* task.cancel()
        const exits = yield* Stream.runCollect(Stream.mapEffect(group.completions, (task) => task.await))
        const values = exits.filter(Exit.isSuccess).map(({ value }) => value)
        t.equal(values, [0, 2, 4, 6, 8, 10, 12, 14])
        return exits.length - values.length
      })
    )
    t.ends(ended, ok(8), 14_000)
  }),

  scenario("TG-39", "completions come in order of time, end when no task is left, and can be run again", function* (t) {
    yield* TaskGroup.run("ten", function* (group) {
      const join = Stream.mapEffect(group.completions, (task) => task.join)
      for (let i = 9; i >= 0; i--) yield* group.spawn(valueAfter(i * 100, i))
      t.equal(yield* Stream.runCollect(join), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      t.equal(t.now, 900)
      yield* group.spawn(valueAfter(50, 99))
      t.equal(yield* Stream.runCollect(join), [99])
      t.equal(t.now, 950)
    })
  }),

  scenario("XG-08", "close lets tasks run on for a while, takes no new ones, and the body goes on", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const handles: Array<TaskGroup.Task<void, never>> = []
        const first = yield* group.spawn(
          Effect.gen(function* () {
            yield* Effect.sleep(10)
            handles.push(yield* group.spawn(t.log("never")))
            yield* Effect.sleep(40)
          })
        )
        const second = yield* group.spawn(Effect.onInterrupt(Effect.sleep(300), () => Effect.sleep(20)))
        yield* group.close({ drain: 100 })
        const late = handles[0]!
        return [t.now, yield* late.status, yield* first.status, yield* second.status]
      })
    )
    t.ends(ended, ok([120, "cancelled", "succeeded", "cancelled"]), 120)
    t.logged()
  })
]
