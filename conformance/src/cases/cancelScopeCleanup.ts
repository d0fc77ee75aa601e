import { Effect, Option } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { failureAfter, valueAfter } from "../harness/delayed.ts"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

/** Waits until cancelled and logs what the cleanup reads of the cancel. */
const readsTrace = (t: Trial, read: (trace: CancelScope.CancelTrace) => unknown) =>
  t.onCancel(Effect.never, () =>
    Effect.flatMap(CancelScope.trace, (trace) => t.log(Option.getOrUndefined(Option.map(trace, read))))
  )

export const cancelScopeCleanup: ReadonlyArray<Scenario> = [
  scenario("CS-12", "cleanup reads why its scope was cancelled, and by whom", function* (t) {
    yield* TaskGroup.run("main", function* (group) {
      const scope = yield* CancelScope.make("work")
      yield* group.spawn(CancelScope.enter(scope)(readsTrace(t, (trace) => [trace.scope, trace.reason, trace.by])))
      yield* group.spawn(Effect.delay(scope.cancel("why"), 10), "boss")
    })
    t.logged(["work", { _tag: "Requested", message: "why" }, "boss"])
  }),

  scenario("CS-13", "the first reason of a cancel stays", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const ended = yield* t.start(
      CancelScope.run({ name: "work", deadline: 50 }, (scope) => {
        scopes.push(scope)
        return t.onCancel(Effect.never, () =>
          Effect.andThen(
            Effect.sleep(100),
            Effect.flatMap(CancelScope.trace, (trace) => t.log(Option.getOrUndefined(trace)?.reason))
          )
        )
      })
    )
    yield* t.at(10)
    yield* scopes[0]!.cancel("first")
    yield* scopes[0]!.cancel("second")
    const { at, exit } = yield* t.endOf(ended)
    const first = { _tag: "Requested", message: "first" }
    t.logged(first)
    t.equal(at, 110)
    t.equal(exit._tag === "Success" && exit.value._tag === "Cancelled" && exit.value.trace.reason, first)
  }),

  scenario("CS-14", "the cleanup of a failed task's siblings reads which task failed and with what", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(
          readsTrace(t, ({ reason }) =>
            reason._tag === "TaskFailed"
              ? [reason.task, reason.cause.reasons.map((r) => r._tag === "Fail" && r.error)]
              : reason
          )
        )
        yield* group.spawn(failureAfter(10, "x"), "bad")
      })
    )
    t.ends(ended, fail(Fail("x")), 10)
    t.logged(["bad", ["x"]])
  }),

  scenario("CS-15", "a catch-all handler around the wait of a cancelled task does not run", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(
          Effect.never.pipe(
            Effect.catchCause(() => t.log("handler")),
            Effect.andThen(t.log("went on"))
          )
        )
        yield* Effect.sleep(10)
        yield* task.cancel()
        yield* task.await
        return yield* task.status
      })
    )
    t.ends(ended, ok("cancelled"), 10)
    t.logged()
  }),

  scenario("CS-16", "cancelAndWait returns when the task's cleanup is over, not before", function* (t) {
    yield* TaskGroup.run("main", function* (group) {
      const cleanup = Effect.gen(function* () {
        yield* t.log("cleanup start")
        yield* Effect.sleep(50)
        yield* t.log("cleanup end")
      })
      const task = yield* group.spawn(t.onCancel(Effect.never, () => cleanup))
      yield* t.untilQuiet
      yield* task.cancelAndWait()
      yield* t.log("awaited")
      t.isAt(50)
      t.equal(yield* task.status, "cancelled")
    })
    t.logged("cleanup start", "cleanup end", "awaited")
  }),

  scenario("CS-17", "cancel returns at once, and the group still waits for the cleanup", function* (t) {
    yield* TaskGroup.run("main", function* (group) {
      const task = yield* group.spawn(t.forever("cleaned up", 50))
      yield* t.untilQuiet
      yield* task.cancel()
      t.isAt(0)
      t.equal(yield* task.status, "cancelling")
      yield* t.log("cancel returned")
    })
    t.isAt(50)
    t.logged("cancel returned", "cleaned up")
  }),

  scenario(
    "CS-20",
    "a masked operation of a cancelled task completes, and the task ends cancelled there",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.run("main", function* (group) {
          const masked = Effect.uninterruptible(Effect.andThen(Effect.sleep(1000), t.log("completed")))
          const task = yield* group.spawn(Effect.andThen(masked, t.log("went on")))
          yield* t.at(10)
          yield* task.cancel()
          const exit = yield* task.await
          return [exit._tag, yield* task.status]
        })
      )
      t.ends(ended, ok(["Failure", "cancelled"]), 1000)
      t.logged("completed")
    }
  ),

  scenario("CS-21", "two masked cleanups of a cancelled task both complete, in order", function* (t) {
    const cleanup = (name: string) =>
      Effect.uninterruptible(
        Effect.gen(function* () {
          yield* t.log(`${name} begins`)
          yield* Effect.sleep(20)
          yield* t.log(`${name} ends`)
        })
      )
    yield* TaskGroup.run("main", function* (group) {
      const task = yield* group.spawn(
        t.onCancel(
          t.onCancel(Effect.never, () => cleanup("A")),
          () => cleanup("B")
        )
      )
      yield* t.at(10)
      yield* task.cancel()
    })
    t.isAt(50)
    t.logged("A begins", "A ends", "B begins", "B ends")
  }),

  scenario("CS-22", "resources are released last first, after every task has ended", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const ended = yield* t.start(
      CancelScope.run("work", (scope) => {
        scopes.push(scope)
        return TaskGroup.run("main", function* (group) {
          yield* t.resource("A")
          yield* t.resource("B")
          yield* group.spawn(t.forever("child ended", 20))
          yield* group.spawn(valueAfter(5, undefined))
          yield* Effect.never
        })
      })
    )
    yield* t.at(10)
    yield* scopes[0]!.cancel()
    const { at, exit } = yield* t.endOf(ended)
    t.equal([at, exit._tag === "Success" && exit.value._tag], [30, "Cancelled"])
    t.logged("open A", "open B", "child ended", "close B", "close A")
  })
]
