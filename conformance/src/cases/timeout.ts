import { Deferred, Duration, Effect, Option } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { failureAfter, valueAfter } from "../harness/delayed.ts"
import { Fail, fail, Interrupt, ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

export const timeout: ReadonlyArray<Scenario> = [
  scenario("TO-01", "failAfter fails at its deadline, and the cleanup reads that a deadline passed", function* (t) {
    const body = t.onCancel(Effect.sleep(10_000), () =>
      Effect.flatMap(CancelScope.trace, (trace) => t.log(Option.getOrUndefined(trace)?.reason))
    )
    const ended = yield* t.ended(Timeout.failAfter(body, 10))
    t.equal(t.failsWith(ended, Timeout.DeadlineExceeded, 10).deadline, 10)
    t.logged({ _tag: "DeadlinePassed", deadline: 10 })
  }),

  scenario("TO-02", "a body that ends in time keeps its value, and leaves no timer armed", function* (t) {
    t.ends(yield* t.ended(Timeout.failAfter(valueAfter(10, "v"), 10_000)), ok("v"), 10)
    t.equal(t.timers, 0, "timers")
  }),

  scenario("TO-03", "moveOnAfter gives none at its deadline, and some value before it", function* (t) {
    t.ends(yield* t.ended(Timeout.moveOnAfter(Effect.sleep(1000), 100)), ok(Option.none()), 100)
    t.ends(yield* t.ended(Timeout.moveOnAfter(valueAfter(50, "v"), 100)), ok(Option.some("v")), 150)
  }),

  scenario("TO-04", "a scope without a deadline says so, and waits without limit", function* (t) {
    const ended = yield* t.ended(
      CancelScope.run("patient", function* (scope) {
        const before = [yield* scope.deadline, yield* Timeout.remaining]
        yield* Effect.sleep("365 days")
        return before
      })
    )
    t.ends(ended, ok({ _tag: "Completed", value: [Option.none(), Option.none()] }), 365 * 86_400_000)
  }),

  scenario("TO-05", "a budget of nothing or less has passed at once", function* (t) {
    t.failsWith(yield* t.ended(Timeout.failAfter(Effect.sleep(10_000), 0)), Timeout.DeadlineExceeded, 0)
    t.failsWith(yield* t.ended(Timeout.failAfter(Effect.sleep(0), -11)), Timeout.DeadlineExceeded, 0)
  }),

  scenario("TO-06", "a value that is ready without waiting needs no budget", function* (t) {
    t.ends(yield* t.ended(Timeout.failAfter(Effect.succeed("v"), 0)), ok("v"), 0)
    // The same decision for a body that waits: success wins a tie, also when it is woken late in its instant.
    t.ends(yield* t.ended(Timeout.failAfter(valueAfter(10, "v"), 10)), ok("v"), 10)
    const wake = yield* Deferred.make<string>()
    const relayed = yield* t.start(Timeout.failAfter(Effect.tap(Deferred.await(wake), Effect.yieldNow), 20))
    yield* t.at(30)
    yield* Deferred.succeed(wake, "relayed")
    t.ends(yield* t.endOf(relayed), ok("relayed"), 30)
  }),

  scenario(
    "TO-07",
    "a length that is no duration is a defect that names the argument, and nothing runs",
    function* (t) {
      const body = t.log("ran")
      for (const length of [NaN, "soon" as "1 second", Infinity - Infinity]) {
        const failing = yield* t.ended(Effect.suspend(() => Timeout.failAfter(body, length)))
        const moving = yield* t.ended(Effect.suspend(() => Timeout.moveOnAfter(body, length)))
        for (const ended of [failing, moving]) {
          t.check(
            t.diesOf(ended, Error).message.includes("duration"),
            `${String(length)}: the message names the argument`
          )
        }
      }
      t.logged()
    }
  ),

  scenario("TO-08", "an outer deadline ends an inner one that has not passed, and the code between", function* (t) {
    const inner = Timeout.failAfter(Effect.sleep(2000), 1000).pipe(
      Effect.catch(() => t.log("inner expired")),
      Effect.andThen(t.log("between the two"))
    )
    t.ends(yield* t.ended(Timeout.moveOnAfter(inner, 100)), ok(Option.none()), 100)
    // Of two that pass at one instant the outer one counts.
    t.ends(yield* t.ended(Timeout.moveOnAfter(inner, 1000)), ok(Option.none()), 1100)
    t.logged()
  }),

  scenario("TO-09", "the error of an inner deadline passes an outer one unchanged", function* (t) {
    const inner = Timeout.failAfter(Effect.sleep(10_000), 10, { label: "inner" })
    const error = t.failsWith(yield* t.ended(Timeout.moveOnAfter(inner, 60_000)), Timeout.DeadlineExceeded, 10)
    t.equal([error.deadline, error.label], [10, "inner"])
  }),

  scenario("TO-10", "an error of the body before the deadline is kept", function* (t) {
    t.ends(yield* t.ended(Timeout.failAfter(failureAfter(10, "k"), 100)), fail(Fail("k")), 10)
    t.ends(yield* t.ended(Timeout.moveOnAfter(failureAfter(10, "k"), 100)), fail(Fail("k")), 20)
    t.equal(t.timers, 0, "timers")
  }),

  scenario("TO-11", "a cancel from outside before the deadline is no timeout", function* (t) {
    t.ends(yield* t.cancelledAt(50, Timeout.failAfter(Effect.never, 100)), fail(Interrupt), 50)
    t.ends(yield* t.cancelledAt(80, Timeout.moveOnAfter(Effect.never, 100)), fail(Interrupt), 80)
    t.equal(t.timers, 0, "timers")
  }),

  scenario("TO-14", "a deadline moved while the body runs counts from then on", function* (t) {
    const scopes: Array<CancelScope.CancelScope> = []
    const moved = yield* t.start(
      CancelScope.run({ name: "moved", deadline: 100 }, (scope) => {
        scopes.push(scope)
        return valueAfter(200, "v")
      })
    )
    yield* t.at(50)
    yield* scopes[0]!.setDeadline(400)
    t.ends(yield* t.endOf(moved), ok({ _tag: "Completed", value: "v" }), 200)
    const sooner = yield* t.start(
      CancelScope.run({ name: "sooner", deadline: 1000 }, (scope) => {
        scopes.push(scope)
        return Effect.never
      })
    )
    yield* t.at(250)
    yield* scopes[1]!.setDeadline(300)
    const { at, exit } = yield* t.endOf(sooner)
    t.equal([at, exit._tag === "Success" && exit.value._tag], [300, "Cancelled"])
    t.equal(t.timers, 0, "timers")
  }),

  scenario("TO-15", "a relative timeout counts from its entry", function* (t) {
    const timed = Timeout.failAfter(Effect.sleep(10_000), 5)
    const scope = yield* CancelScope.make({ name: "made early", timeout: 5 })
    yield* t.at(3000)
    t.failsWith(yield* t.ended(timed), Timeout.DeadlineExceeded, 3005)
    t.equal((yield* CancelScope.enter(scope)(Effect.sleep(10_000)))._tag, "Cancelled")
    t.isAt(3010)
  }),

  scenario("TO-16", "a group that a deadline ends is one timeout", function* (t) {
    const group = TaskGroup.run("main", function* (present) {
      yield* present.spawn(Effect.sleep(2000))
      yield* Effect.sleep(2000)
    })
    t.failsWith(yield* t.ended(Timeout.failAfter(group, 100)), Timeout.DeadlineExceeded, 100)
  }),

  scenario("TO-17", "a group inside a timeout ends when its last task does", function* (t) {
    const group = TaskGroup.run("main", function* (present) {
      yield* present.spawn(Effect.sleep(50))
      return "v"
    })
    t.ends(yield* t.ended(Timeout.failAfter(group, 100)), ok("v"), 50)
    t.equal(t.timers, 0, "timers")
  }),

  scenario("TO-19", "DeadlineExceeded says whose deadline it was, and how long it took", function* (t) {
    yield* t.at(5)
    const labelled = Timeout.failAfter(Effect.never, 20, { label: "fetch the page" })
    const error = t.failsWith(yield* t.ended(labelled), Timeout.DeadlineExceeded, 25)
    t.equal([error.deadline, error.label, Duration.toMillis(error.elapsed)], [25, "fetch the page", 20])
    t.check(error.scope.length > 0, "it names its scope")
    for (const part of ["25", "20", error.scope, "fetch the page"]) {
      t.check(error.message.includes(part), `the message "${error.message}" says ${part}`)
    }
    const plain = t.failsWith(yield* t.ended(Timeout.failAfter(Effect.never, 10)), Timeout.DeadlineExceeded, 35)
    t.equal(plain.label, undefined)
  })
]
