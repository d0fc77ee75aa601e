import { Deferred, Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { valueAfter } from "../harness/delayed.ts"
import { fail, Interrupt, ok } from "../harness/Outcome.ts"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"

const fanOut = 4

export const cancelScopeNesting: ReadonlyArray<Scenario> = [
  scenario("CS-04", "the outermost cancelled scope is the one that catches", function* (t) {
    const outcome = yield* CancelScope.run("one", function* (one) {
      const middle = yield* CancelScope.run("two", function* (two) {
        yield* CancelScope.run("three", function* (three) {
          yield* Effect.sync(() => {
            three.cancelUnsafe()
            two.cancelUnsafe()
          })
          yield* Effect.never
        })
        yield* t.log("three caught it")
      })
      yield* t.log(`two: ${middle._tag}`)
      return yield* one.cancelRequested
    })
    t.equal({ ...outcome }, { _tag: "Completed", value: false })
    t.logged("two: Cancelled")
  }),

  scenario(
    "CS-05",
    "a shield lets its body complete when an outer scope is cancelled, and nothing after it runs",
    function* (t) {
      const scopes: Array<CancelScope.CancelScope> = []
      const ended = yield* t.start(
        CancelScope.run("outer", function* (outer) {
          scopes.push(outer)
          yield* CancelScope.run({ name: "inner", shield: true }, function* (inner) {
            yield* Effect.sleep(100)
            yield* t.log(`slept, asked: ${yield* inner.cancelRequested}`)
          })
          yield* t.log("after the shield")
        })
      )
      yield* t.at(10)
      yield* scopes[0]!.cancel()
      const { at, exit } = yield* t.endOf(ended)
      t.equal([at, exit._tag === "Success" && exit.value._tag], [100, "Cancelled"])
      t.logged("slept, asked: false")
    }
  ),

  scenario("CS-06", "a shielded scope is cancelled by its own cancel", function* (t) {
    const ended = yield* t.start(
      CancelScope.run({ name: "shielded", shield: true }, function* (scope) {
        yield* Effect.forkChild(Effect.delay(scope.cancel(), 10))
        yield* t.forever("cleaned up")
      })
    )
    const { at, exit } = yield* t.endOf(ended)
    t.equal([at, exit._tag === "Success" && exit.value._tag], [10, "Cancelled"])
    t.logged("cleaned up")
  }),

  scenario("CS-07", "a cancel inside a shielded scope ends the innermost scope alone", function* (t) {
    const ended = yield* t.start(
      CancelScope.run("outer", function* () {
        const shielded = yield* CancelScope.run({ name: "shielded", shield: true }, function* () {
          const inner = yield* CancelScope.run("inner", function* (scope) {
            yield* Effect.forkChild(Effect.delay(scope.cancel(), 10))
            yield* Effect.never
          })
          yield* t.log(`inner: ${inner._tag}`)
          return yield* valueAfter(10, "shielded value")
        })
        yield* t.log(`shielded: ${shielded._tag}`)
        return "outer value"
      })
    )
    const { at, exit } = yield* t.endOf(ended)
    t.equal([at, exit._tag === "Success" && { ...exit.value }], [20, { _tag: "Completed", value: "outer value" }])
    t.logged("inner: Cancelled", "shielded: Completed")
  }),

  scenario("CS-08", "cancelling an outer scope reaches the leaves of nested groups, and all groups end", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const worker = (name: string) =>
      t.onCancel(
        TaskGroup.run("worker", function* (group) {
          yield* group.spawn(t.forever(`${name}1`))
          yield* group.spawn(t.forever(`${name}2`))
        }),
        () => t.log(`group ${name}`)
      )
    const ended = yield* t.start(
      CancelScope.run("outer", (scope) => {
        scopes.push(scope)
        return TaskGroup.run("workers", function* (group) {
          yield* group.spawn(worker("a"))
          yield* group.spawn(worker("b"))
        })
      })
    )
    yield* t.at(10)
    yield* scopes[0]!.cancel()
    const { at, exit } = yield* t.endOf(ended)
    t.equal([at, exit._tag === "Success" && exit.value._tag], [10, "Cancelled"])
    t.sameMembers(t.entries, ["a1", "a2", "b1", "b2", "group a", "group b"])
  }),

  scenario("CS-09", "a group cancelled while it waits for its tasks goes on waiting for their cleanup", function* (t) {
    const ended = yield* t.cancelledAt(
      100,
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(t.forever("cleaned up", 50))
      }).pipe(Effect.andThen(t.log("after the group")))
    )
    t.ends(ended, fail(Interrupt), 150)
    t.logged("cleaned up")
  }),

  scenario("CS-10", "a task cancels its sibling's scope, and only that scope ends", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        const handedOver = yield* Deferred.make<CancelScope.CancelScope>()
        const child = yield* group.spawn(
          CancelScope.run("handed over", (scope) => Effect.andThen(Deferred.succeed(handedOver, scope), Effect.never))
        )
        yield* group.spawn(
          Effect.delay(
            Effect.flatMap(Deferred.await(handedOver), (scope) => scope.cancel()),
            10
          )
        )
        const outcome = yield* child.join
        yield* Effect.sleep(10)
        return [outcome._tag, yield* child.status]
      })
    )
    t.ends(ended, ok(["Cancelled", "succeeded"]), 20)
  }),

  scenario("CS-11", "a task survives its scope being cancelled by a child inside it, time after time", function* (t) {
    for (const round of [1, 2]) {
      const outcome = yield* CancelScope.run("round", (scope) =>
        TaskGroup.run("main", function* (group) {
          yield* group.spawn(Effect.delay(scope.cancel(), 10))
          yield* Effect.sleep(1000)
        })
      )
      t.equal(outcome._tag, "Cancelled")
      t.isAt(10 * round)
    }
  }),

  inAnyOrder("CS-23", "a tree of a hundred scopes cancelled in any order ends, each scope exactly once", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const treeSize = t.size(100, 7)
    const ends = Array.from({ length: treeSize }, () => 0)
    const node = (index: number): Effect.Effect<void> =>
      CancelScope.run(`node ${index}`, (scope) => {
        scopes[index] = scope
        return TaskGroup.run("children", function* (group) {
          for (let child = fanOut * index + 1; child <= fanOut * index + fanOut && child < treeSize; child++) {
            yield* group.spawn(node(child))
          }
          yield* Effect.never
        })
      }).pipe(Effect.ensuring(Effect.sync(() => void ends[index]!++)), Effect.asVoid)
    const tree = yield* t.start(node(0))
    yield* t.untilQuiet
    t.equal(Object.keys(scopes).length, treeSize, "scopes entered")
    yield* TaskGroup.run("cancellers", function* (group) {
      for (const scope of scopes) yield* group.spawn(Effect.andThen(Effect.yieldNow, scope.cancel()))
    })
    const { at, exit } = yield* t.endOf(tree)
    t.equal([at, exit._tag], [0, "Success"])
    t.check(
      ends.every((count) => count === 1),
      `each ends once, not ${ends.join(" ")} times`
    )
  }),

  scenario(
    "CS-24",
    "an inner scope that cancels itself when it sees the outer cancel ends, and so does the outer one",
    function* (t) {
      const scopes: Array<CancelScope.CancelScope> = []
      const ended = yield* t.start(
        CancelScope.run("outer", function* (outer) {
          scopes.push(outer)
          yield* CancelScope.run("inner", (inner) =>
            t.onCancel(Effect.never, () => Effect.andThen(inner.cancel("me too"), t.log("inner cleaned up")))
          )
          yield* t.log("after inner")
        })
      )
      yield* t.at(10)
      yield* scopes[0]!.cancel()
      const { at, exit } = yield* t.endOf(ended)
      t.equal([at, exit._tag === "Success" && exit.value._tag], [10, "Cancelled"])
      t.logged("inner cleaned up")
    }
  )
]
