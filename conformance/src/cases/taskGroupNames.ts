import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Effect, Option } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { failureAfter } from "../harness/delayed.ts"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

/** The name under which the code that runs this asks for a cancel. */
const ownName = Effect.gen(function* () {
  const probe = yield* CancelScope.make("probe")
  yield* probe.cancel()
  return Option.getOrUndefined(yield* probe.cancelled)?.by
})

/** Takes all away that nobody keeps. On a turn of its own: what a turn has seen is kept until it ends. */
const collected = async (): Promise<void> => {
  setFlagsFromString("--expose-gc")
  await new Promise((resolve) => setImmediate(resolve))
  runInNewContext("gc")()
}

export const taskGroupNames: ReadonlyArray<Scenario> = [
  scenario("TG-20", "a group keeps no task that has ended", function* (t) {
    const sizes: Array<number> = []
    const handles: Array<WeakRef<object>> = []
    yield* TaskGroup.run("stream", function* (group) {
      let alive = 0
      const job = Effect.gen(function* () {
        alive++
        yield* Effect.sleep(300)
        alive--
      })
      for (let i = 1; i <= 10; i++) {
        if (i === 6) t.check(alive < 5, `fewer than five are alive when the sixth is spawned, not ${alive}`)
        if (i === 6) sizes.push(yield* group.size)
        handles.push(new WeakRef(yield* group.spawn(job)))
        yield* Effect.sleep(100)
      }
      yield* t.at(2350)
      sizes.push(yield* group.size)
      yield* Effect.promise(collected)
      const kept = handles.filter((handle) => handle.deref() !== undefined)
      t.equal(kept.length, 0, "tasks that are still in memory")
    })
    t.isAt(2350)
    t.check(sizes[0]! < 5, `the group keeps fewer than five, not ${sizes[0]}`)
    t.equal(sizes[1], 0, "size at the end")
  }),

  scenario("TG-25", "a task and its handle have the name of its spawn, or one derived from its group", function* (t) {
    yield* TaskGroup.run("main", function* (group) {
      const named = yield* group.spawn(ownName, "fetch")
      const optioned = yield* group.spawn(ownName, { name: "parse" })
      const unnamed = yield* group.spawn(ownName)
      t.equal([named.name, optioned.name, unnamed.name], ["fetch", "parse", "main/3"])
      t.equal([yield* named.join, yield* optioned.join, yield* unnamed.join], ["fetch", "parse", "main/3"])
    })
  }),

  scenario("XG-10", "a task at the limit of its own group queues what it spawns, and goes on", function* (t) {
    let together = 0
    let most = 0
    const alone = (millis: number, first: Effect.Effect<void>) =>
      Effect.gen(function* () {
        most = Math.max(most, ++together)
        yield* first
        yield* Effect.sleep(millis)
        together--
      })
    yield* TaskGroup.run({ name: "single", limit: 1 }, function* (group) {
      const next = alone(
        10,
        Effect.suspend(() => t.log(`next starts at ${t.now}`))
      )
      const feed = Effect.gen(function* () {
        const task = yield* group.spawn(next)
        yield* t.log(yield* task.status)
      })
      yield* group.spawn(alone(10, feed))
    })
    t.isAt(20)
    t.logged("queued", "next starts at 10")
    t.equal(most, 1, "together")
  }),

  scenario(
    "XG-12",
    "a handler around join runs in a supervised group, and not in one that the failure cancels",
    function* (t) {
      const handled = (group: TaskGroup.TaskGroup<"main">) =>
        Effect.gen(function* () {
          const task = yield* group.spawn(failureAfter(100, "x"))
          yield* Effect.catchCause(task.join, () => t.log(`handled at ${t.now}`))
          return "body"
        })
      t.ends(yield* t.ended(TaskGroup.run("main", handled)), fail(Fail("x")), 100)
      t.logged()
      t.ends(yield* t.ended(TaskGroup.supervised("main", handled, () => Effect.void)), ok("body"), 200)
      t.logged("handled at 200")
    }
  )
]
