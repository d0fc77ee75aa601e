import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { failureAfter } from "../harness/delayed.ts"
import { Fail, fail } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

/** Sleeps long and logs its end, or its cleanup. */
const sleeper = (t: Trial, name: string) =>
  t.onCancel(Effect.andThen(Effect.sleep(1000), t.log(`${name} ended`)), () => t.log(`${name} cleaned up`))

export const taskGroupFailure: ReadonlyArray<Scenario> = [
  scenario("TG-04", "a failing task cancels its siblings before the group returns", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        yield* group.spawn(failureAfter(100, "x"))
        yield* group.spawn(sleeper(t, "sibling"))
      }).pipe(Effect.andThen(t.log("after the group")))
    )
    t.ends(ended, fail(Fail("x")), 100)
    yield* Effect.sleep(2000)
    t.logged("sibling cleaned up")
  }),

  scenario("TG-05", "a failing task cancels the body of its group", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(failureAfter(100, "x"))
        yield* t.onCancel(Effect.sleep(10_000), () => t.log("body cleaned up"))
        yield* t.log("body went on")
      })
    )
    t.ends(ended, fail(Fail("x")), 100)
    t.logged("body cleaned up")
  }),

  scenario("TG-09", "a failing body cancels the tasks of its group", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        yield* group.spawn(t.forever("first"))
        yield* group.spawn(t.forever("second"))
        yield* failureAfter(100, "x")
      })
    )
    t.ends(ended, fail(Fail("x")), 100)
    t.sameMembers(t.entries, ["first", "second"])
  }),

  scenario("TG-10", "a body that fails before its first wait leaves no task behind", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        yield* group.spawn(Effect.andThen(Effect.never, t.log("first went on")))
        yield* group.spawn(Effect.andThen(Effect.never, t.log("second went on")))
        yield* Effect.fail("x")
      })
    )
    t.ends(ended, fail(Fail("x")), 0)
    t.logged()
    const many = yield* t.ended(
      TaskGroup.run("many", function* (group) {
        for (let i = 0; i < 500; i++) yield* group.spawn(Effect.never)
        yield* Effect.fail("y")
      })
    )
    t.ends(many, fail(Fail("y")), 0)
  }),

  scenario(
    "TG-11",
    "a body and a task that both fail before any wait are both in the outcome, the body first",
    function* (t) {
      const bothFail = (immediate: boolean) =>
        TaskGroup.run("both", function* (group) {
          yield* group.spawn(Effect.andThen(t.log("begun"), Effect.fail("c")), { immediate })
          yield* Effect.fail("b")
        })
      const later = yield* t.ended(bothFail(false))
      t.endsWithAll(later, t.entries.length > 0 ? [Fail("b"), Fail("c")] : [Fail("b")], 0)
      t.entries.length = 0
      const immediate = yield* t.ended(bothFail(true))
      t.logged("begun")
      t.ends(immediate, fail(Fail("b"), Fail("c")), 0)
    }
  ),

  scenario(
    "TG-12",
    "two tasks that fail at one instant are both in the outcome, the first spawned first",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.run("pair", function* (group) {
          yield* group.spawn(failureAfter(100, "k"))
          yield* group.spawn(failureAfter(100, "v"))
        })
      )
      t.ends(ended, fail(Fail("k"), Fail("v")), 100)
    }
  ),

  scenario("TG-13", "a failing task cancels a sibling that only yields", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        yield* group.spawn(t.onCancel(Effect.forever(Effect.yieldNow), () => t.log("cancelled")))
        yield* group.spawn(Effect.fail("argh"))
      })
    )
    t.ends(ended, fail(Fail("argh")), 0)
    t.logged("cancelled")
  }),

  scenario("TG-15", "a failing task cancels a nested group, and no Interrupt remains beside its error", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("outer", function* (outer) {
        yield* outer.spawn(failureAfter(100, "v"))
        yield* TaskGroup.run("inner", (inner) => inner.spawn(failureAfter(10_000, "late")))
      })
    )
    t.ends(ended, fail(Fail("v")), 100)
  }),

  scenario("TG-16", "the error of a nested group leaves the outer one flat", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("outer", function* (outer) {
        yield* outer.spawn(failureAfter(10_000, "late"))
        yield* TaskGroup.run("inner", (inner) => inner.spawn(failureAfter(100, "v")))
      })
    )
    t.ends(ended, fail(Fail("v")), 100)
  }),

  scenario("TG-22", "a failure ends tasks that keep spawning tasks, and none is alive afterwards", function* (t) {
    let born = 0
    let alive = 0
    const ended = yield* t.ended(
      TaskGroup.run("hydra", function* (group) {
        const head: Effect.Effect<void> = Effect.suspend(() => {
          born++
          alive++
          const grow = Effect.gen(function* () {
            yield* t.resource("hydra")
            yield* Effect.sleep(10)
            yield* group.spawn(head)
            yield* group.spawn(head)
          }).pipe(Effect.scoped)
          return Effect.ensuring(
            grow,
            Effect.sync(() => void alive--)
          )
        })
        const watch = Effect.whileLoop({ while: () => born < 10, body: () => Effect.sleep(1), step: () => {} })
        yield* group.spawn(head)
        yield* group.spawn(Effect.andThen(watch, Effect.fail("z")))
      })
    )
    const bornAtEnd = born
    t.ends(ended, fail(Fail("z")))
    t.check(born >= 10, `at least ten are born, not ${born}`)
    t.equal(alive, 0, "alive")
    yield* Effect.sleep(100)
    t.equal({ born, alive }, { born: bornAtEnd, alive: 0 })
  })
]
