import { Effect } from "effect"
import { CancelScope, Runtime, TaskGroup } from "ferrule"
import { valueAfter } from "../harness/delayed.ts"
import { ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

/** The scope was ended by its own cancel; gives the trace. */
const cancelledBy = (t: Trial, outcome: CancelScope.Outcome<unknown>): CancelScope.CancelTrace => {
  t.equal(outcome._tag, "Cancelled", "outcome of the scope")
  if (outcome._tag !== "Cancelled") throw new Error("unreachable")
  return outcome.trace
}

export const cancelScopeEdge: ReadonlyArray<Scenario> = [
  scenario("CS-01", "a scope cancelled twice ends once, and the code after it runs", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const outcome = yield* CancelScope.run("twice", (scope) => {
      scopes.push(scope)
      const body = Effect.gen(function* () {
        yield* Effect.sync(() => {
          scope.cancelUnsafe()
          scope.cancelUnsafe()
        })
        return yield* Effect.never
      })
      return t.onCancel(body, () => t.log("cleaned up"))
    })
    yield* t.log("after the scope")
    cancelledBy(t, outcome)
    t.equal(yield* scopes[0]!.cancelRequested, true, "cancelRequested")
    t.logged("cleaned up", "after the scope")
    t.isAt(0)
  }),

  scenario("CS-02", "a body that has returned keeps its value when the cancel comes after", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const ended = yield* t.start(
      CancelScope.run("done", (scope) => {
        scopes.push(scope)
        return valueAfter(100, "v")
      })
    )
    // Wakes after the body in the same instant, before the scope's owner has been woken.
    yield* Effect.sleep(100)
    scopes[0]!.cancelUnsafe()
    t.equal(yield* scopes[0]!.cancelRequested, true, "cancelRequested")
    const { exit } = yield* t.endOf(ended)
    t.check(exit._tag === "Success", "the owner succeeds")
    if (exit._tag !== "Success") return
    t.equal({ ...exit.value }, { _tag: "Completed", value: "v" })
    yield* scopes[0]!.cancel()
    t.equal(yield* scopes[0]!.cancelRequested, true, "cancelRequested")
  }),

  scenario("CS-03", "a scope cancelled before it is entered runs nothing of its body", function* (t) {
    const scope = yield* CancelScope.make("early")
    yield* scope.cancel("too late")
    const entered = yield* CancelScope.enter(scope)(t.log("entered"))
    t.equal(cancelledBy(t, entered).reason, { _tag: "Requested", message: "too late" })
    const linked = yield* CancelScope.run({ name: "linked", signal: AbortSignal.abort("gone") }, () => {
      t.entries.push("called")
      return t.log("ran")
    })
    t.equal(cancelledBy(t, linked).reason, { _tag: "Aborted", reason: "gone" })
    t.logged()
  }),

  scenario("CS-18", "cancelling a task that has ended changes nothing", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(valueAfter(10, 7))
        yield* task.join
        yield* task.cancel("late")
        yield* Effect.sleep(10)
        t.equal(yield* task.status, "succeeded")
        t.equal(yield* task.join, 7)
        return "body"
      })
    )
    t.ends(ended, ok("body"), 20)
  }),

  scenario("CS-19", "a task cancelled before its first step runs neither its body nor its finalizers", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(Effect.ensuring(t.log("body"), t.log("finalizer")))
        yield* task.cancel()
        yield* Effect.sleep(10)
        return yield* task.status
      })
    )
    t.ends(ended, ok("cancelled"), 10)
    t.logged()
  }),

  scenario("CS-25", "a scope used again, or entered by two tasks, is the defect ScopeReused", function* (t) {
    const again = yield* CancelScope.make("again")
    const first = yield* CancelScope.enter(again)(Effect.succeed(1))
    t.equal({ ...first }, { _tag: "Completed", value: 1 })
    const second = t.diesOf(yield* t.ended(CancelScope.enter(again)(t.log("ran"))), Runtime.ScopeReused)
    t.equal(second.scope, "again")
    const shared = yield* CancelScope.make("shared")
    const holder = yield* t.start(CancelScope.enter(shared)(valueAfter(100, "kept")))
    yield* t.untilQuiet
    const inUse = t.diesOf(yield* t.ended(CancelScope.enter(shared)(t.log("ran"))), Runtime.ScopeReused, 0)
    t.equal(inUse.scope, "shared")
    const { at, exit } = yield* t.endOf(holder)
    t.equal([at, exit._tag === "Success" && { ...exit.value }], [100, { _tag: "Completed", value: "kept" }])
    t.logged()
  })
]
