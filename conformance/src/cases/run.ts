import { setTimeout } from "node:timers/promises"
import { Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { failureAfter, valueAfter } from "../harness/delayed.ts"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

export const run: ReadonlyArray<Scenario> = [
  scenario("RU-01", "run gives the body's value, or its error", function* (t) {
    t.ends(yield* t.ended(TaskGroup.run("main", () => valueAfter(10, "v"))), ok("v"), 10)
    t.ends(yield* t.ended(TaskGroup.run("main", () => failureAfter(10, 17))), fail(Fail(17)), 20)
  }),

  scenario("RU-04", "all gives the values in the order of the tasks, or the first error", function* (t) {
    t.ends(yield* t.ended(TaskGroup.all([])), ok([]), 0)
    const values = TaskGroup.all([valueAfter(10, "a"), valueAfter(5, "b"), valueAfter(15, "c")])
    t.ends(yield* t.ended(values), ok(["a", "b", "c"]), 15)
    const failing = TaskGroup.all([t.forever("first"), failureAfter(5, "x"), t.forever("third")])
    t.ends(yield* t.ended(failing), fail(Fail("x")), 20)
    t.sameMembers(t.entries, ["first", "third"])
  }),

  scenario("RU-06", "firstSuccess gives the first value, or every error in time order", function* (t) {
    const race = TaskGroup.firstSuccess([
      failureAfter(200, "x"),
      valueAfter(500, "slow"),
      valueAfter(1000, "very slow")
    ])
    t.ends(yield* t.ended(race), ok("slow"), 500)
    const lost = TaskGroup.firstSuccess([failureAfter(30, "c"), failureAfter(10, "a"), failureAfter(20, "b")])
    t.equal(t.failsWith(yield* t.ended(lost), TaskGroup.AllFailed, 530).errors, ["a", "b", "c"])
  }),

  scenario("RU-07", "a bounded map runs no more than its limit at once, and gives its results in order", function* (t) {
    let together = 0
    let most = 0
    const items = Array.from({ length: 158 }, (_, i) => i)
    const double = (item: number) =>
      Effect.gen(function* () {
        most = Math.max(most, ++together)
        yield* Effect.sleep(10)
        together--
        return 2 * item
      })
    const results = yield* TaskGroup.forEach(items, double, { limit: 5 })
    t.isAt(320)
    t.equal(most, 5, "together")
    t.equal(
      results,
      items.map((item) => 2 * item)
    )
  }),

  scenario("RU-08", "a scope's signal is aborted as soon as the scope ends, in any way, and not before", function* (t) {
    const bodies = [Effect.sleep(10), failureAfter(10, "x"), Effect.never]
    for (const body of bodies) {
      const signals: Array<AbortSignal> = []
      const scopes: Array<CancelScope.CancelScope> = []
      const running = yield* t.start(
        CancelScope.run("foreign", (scope) => {
          scopes.push(scope)
          signals.push(scope.signal)
          return body
        })
      )
      yield* Effect.sleep(5)
      t.equal(signals[0]!.aborted, false, "aborted inside")
      if (body === Effect.never) yield* scopes[0]!.cancel("enough")
      yield* t.endOf(running)
      t.equal(signals[0]!.aborted, true, "aborted after the end")
    }
  }),

  scenario(
    "XG-13",
    "runSync runs a group whose tasks never wait, and fails on one that waits as Effect's own does",
    function* (t) {
      const ready = TaskGroup.run("ready", function* (group) {
        const task = yield* group.spawn(Effect.succeed(20))
        return (yield* task.join) + 22
      })
      t.equal(Effect.runSync(ready), 42)
      const waits = TaskGroup.run("waits", (group) => group.spawn(Effect.sleep(1)))
      const ours = Effect.runSyncExit(waits)
      const effects = Effect.runSyncExit(Effect.sleep(1))
      const defectOf = (exit: typeof effects | typeof ours) =>
        exit._tag === "Failure" &&
        exit.cause.reasons.map((reason) => reason._tag === "Die" && (reason.defect as Error).name)
      t.check(ours._tag === "Failure", "a group that waits fails")
      t.equal(defectOf(ours), defectOf(effects))
      // What could not be waited for still sleeps, for a real millisecond: a timer that is armed later fires later.
      yield* Effect.promise(() => setTimeout(2))
    }
  )
]
