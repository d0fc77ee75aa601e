import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { failureAfter } from "../harness/delayed.ts"
import { Die, Fail, fail, Interrupt } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

const five = [0, 1, 2, 3, 4]

export const taskGroupCancelled: ReadonlyArray<Scenario> = [
  scenario("TG-06", "cancelling the owner of a group cancels every task once", function* (t) {
    const ended = yield* t.cancelledAt(
      100,
      TaskGroup.run("five", function* (group) {
        for (const i of five) yield* group.spawn(t.forever(i))
      })
    )
    t.ends(ended, fail(Interrupt), 100)
    t.sameMembers(t.entries, five)
  }),

  scenario("TG-07", "cancelling the owner of a group cancels every task and the body once", function* (t) {
    const ended = yield* t.cancelledAt(
      100,
      TaskGroup.run("five", function* (group) {
        for (const i of five) yield* group.spawn(t.forever(i))
        yield* t.forever("body")
      })
    )
    t.ends(ended, fail(Interrupt), 100)
    t.sameMembers(t.entries, [...five, "body"])
  }),

  scenario("TG-08", "the defects of five cleanups are five reasons, equal or not", function* (t) {
    const withCleanup = (cleanup: (i: number) => unknown) =>
      TaskGroup.run("five", function* (group) {
        for (const i of five) yield* group.spawn(t.onCancel(Effect.never, () => Effect.die(cleanup(i))))
      })
    const equal = yield* t.cancelledAt(
      100,
      withCleanup(() => "z")
    )
    t.ends(equal, fail(...five.map(() => Die("z"))), 100)
    const errors = five.map(() => new Error("z"))
    const unequal = yield* t.cancelledAt(
      200,
      withCleanup((i) => errors[i])
    )
    t.endsWithAll(unequal, errors.map(Die), 200)
  }),

  scenario(
    "TG-17",
    "cancelling the owner signals every task at once, and keeps the error of one that ends late",
    function* (t) {
      const ended = yield* t.cancelledAt(
        100,
        TaskGroup.run("main", function* (group) {
          yield* group.spawn(Effect.uninterruptible(failureAfter(300, "x")))
          yield* group.spawn(t.onCancel(Effect.never, () => t.log(`signalled at ${t.now}`)))
          yield* t.onCancel(Effect.never, () => Effect.sleep(500))
        })
      )
      t.endsWith(ended, Fail("x"), 600)
      t.logged("signalled at 100")
    }
  ),

  scenario("TG-18", "the defect of a cancelled body's cleanup is in the outcome", function* (t) {
    const ended = yield* t.cancelledAt(
      100,
      TaskGroup.run("main", () => t.onCancel(Effect.never, () => Effect.die("m")))
    )
    t.endsWith(ended, Die("m"), 100)
  }),

  scenario(
    "TG-19",
    "the defect of a cleanup rides along with the error that caused it, and reaches the hook once",
    function* (t) {
      const main = TaskGroup.run("main", function* (group) {
        yield* group.spawn(failureAfter(100, { _tag: "Z" } as const))
        yield* t.onCancel(Effect.never, () => Effect.die("m"))
      })
      t.ends(yield* t.ended(main), fail(Fail({ _tag: "Z" }), Die("m")), 100)
      t.equal(
        t.reports.map(({ kind, cause }) => [
          kind,
          cause.reasons.map((reason) => reason._tag === "Die" && reason.defect)
        ]),
        [["defect", ["m"]]],
        "reports"
      )
      const caught = yield* Effect.catchTag(main, "Z", () => Effect.succeed("caught"))
      t.equal(caught, "caught")
    }
  )
]
