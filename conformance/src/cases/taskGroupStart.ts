import { Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { scenario, type Scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

/** A set-up that takes its time, holds something, and is then ready with `value`. */
const slowly = <E>(t: Trial, millis: number, value: number, rest: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.suspend(() => t.log(`released at ${t.now}`)))
    yield* Effect.sleep(millis)
    return TaskGroup.ready(value, rest)
  })

export const taskGroupStart: ReadonlyArray<Scenario> = [
  scenario(
    "TG-27",
    "start gives the value when the set-up is ready, and the task goes on with the rest",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.run("main", function* (group) {
          const { value } = yield* group.start(slowly(t, 1000, 7, Effect.sleep(1000)))
          yield* t.log(`${value} at ${t.now}`)
          return value
        })
      )
      t.ends(ended, ok(7), 2000)
      t.logged("7 at 1000", "released at 2000")
    }
  ),

  scenario("TG-28", "a set-up that fails, fails to its caller, and the group goes on", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", (group) =>
        group.start(Effect.as(Effect.fail("k"), TaskGroup.ready(1, Effect.void))).pipe(Effect.catch(Effect.succeed))
      )
    )
    t.ends(ended, ok("k"), 0)
  }),

  scenario("TG-29", "a failure after ready is the group's", function* (t) {
    const started: Array<number> = []
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const { value } = yield* group.start(slowly(t, 10, 2, Effect.delay(Effect.fail("k"), 10)))
        started.push(value)
      })
    )
    t.ends(ended, fail(Fail("k")), 20)
    t.equal(started, [2])
  }),

  scenario(
    "TG-30",
    "a caller that is cancelled takes the set-up with it, and nothing stays in the group",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.run("main", function* (group) {
          const slow = t.onCancel(Effect.sleep(1000), () => Effect.andThen(Effect.sleep(20), t.log("cleaned up")))
          const setup = Effect.as(slow, TaskGroup.ready(1, Effect.never))
          const outcome = yield* CancelScope.run({ name: "caller", timeout: 100 }, () => group.start(setup))
          t.equal([outcome._tag, t.now, yield* group.size], ["Cancelled", 120, 0])
          yield* Effect.sleep(80)
          return "went on"
        })
      )
      t.ends(ended, ok("went on"), 200)
      t.logged("cleaned up")
    }
  ),

  scenario("TG-31", "a set-up that does not say ready does not compile", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", (group) => {
        // @ts-expect-error: what it gives is no Ready
        const unready = group.start(Effect.succeed(7))
        return Effect.succeed(Effect.isEffect(unready))
      })
    )
    t.ends(ended, ok(true), 0)
  })
]
