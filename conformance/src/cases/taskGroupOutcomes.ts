import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { failureAfter } from "../harness/delayed.ts"
import { Fail, fail, Interrupt, ok, outcomeOf } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

export const taskGroupOutcomes: ReadonlyArray<Scenario> = [
  scenario(
    "TG-32",
    "a supervised group gives its body's value whatever its tasks fail with, and the hook sees each",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.supervised(
          "jobs",
          function* (group) {
            yield* group.spawn(failureAfter(10, "a"), "first")
            yield* group.spawn(failureAfter(20, "b"), "second")
            return "OK"
          },
          (cause, task) => t.log([task.name, cause.reasons.map((reason) => reason._tag === "Fail" && reason.error)])
        )
      )
      t.ends(ended, ok("OK"), 20)
      t.logged(["first", ["a"]], ["second", ["b"]])
      t.equal(t.reports, [], "reports beside the hook")
    }
  ),

  scenario("TG-33", "a failing task of a supervised group leaves its siblings running", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.supervised(
        "jobs",
        function* (group) {
          const waiting = yield* group.spawn(t.forever("A cancelled"))
          const failing = yield* group.spawn(failureAfter(10, "b"))
          yield* Effect.sleep(50)
          t.equal([yield* waiting.status, yield* failing.status], ["running", "failed"])
          yield* waiting.cancel()
          return "body"
        },
        () => Effect.void
      )
    )
    t.ends(ended, ok("body"), 50)
    t.logged("A cancelled")
  }),

  scenario("TG-34", "a failing body of a supervised group cancels its tasks", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.supervised("jobs", function* (group) {
        yield* group.spawn(t.forever("first"))
        yield* group.spawn(t.forever("second"))
        yield* failureAfter(100, "x")
      })
    )
    t.ends(ended, fail(Fail("x")), 100)
    t.sameMembers(t.entries, ["first", "second"])
  }),

  scenario("TG-37", "joining a cancelled task is the defect TaskCancelled, which cancels nobody else", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const sleeper = yield* group.spawn(Effect.never, "sleeper")
        yield* Effect.sleep(10)
        yield* sleeper.cancel("enough")
        const joined = yield* t.ended(sleeper.join)
        const defect = t.diesOf(joined, TaskGroup.TaskCancelled)
        t.equal(defect.task, "sleeper")
        t.equal(defect.trace.reason, { _tag: "Requested", message: "enough" })
        t.equal(outcomeOf(yield* sleeper.await), fail(Interrupt))
        const inline = yield* Effect.exit(sleeper.join)
        t.equal(inline._tag === "Failure" && inline.cause.reasons.map(({ _tag }) => _tag), ["Die"])
        yield* Effect.sleep(10)
        return "went on"
      })
    )
    t.ends(ended, ok("went on"), 20)
    const supervised = yield* t.ended(
      TaskGroup.supervised(
        "pair",
        function* (group) {
          const sleeper = yield* group.spawn(Effect.never, "sleeper")
          const joiner = yield* group.spawn(sleeper.join, "joiner")
          yield* Effect.sleep(10)
          yield* sleeper.cancel()
          const exit = yield* joiner.await
          t.check(exit._tag === "Failure" && exit.cause.reasons.every(({ _tag }) => _tag === "Die"), "the joiner dies")
          return yield* joiner.status
        },
        () => Effect.void
      )
    )
    t.ends(supervised, ok("failed"), 30)
  })
]
