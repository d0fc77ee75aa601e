import { Effect } from "effect"
import { TaskGroup } from "ferrule"
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
      yield* Effect.void
    }
  )
]
