import { Cause, Effect, Exit, Stream } from "effect"
import { TaskGroup } from "ferrule"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { scenario, type Scenario } from "../harness/Scenario.ts"

const { Joiners } = TaskGroup
const after = <A>(millis: number, value: A) => Effect.as(Effect.sleep(millis), value)
const failsAfter = <E>(millis: number, error: E) => Effect.delay(Effect.fail(error), millis)

export const joiners: ReadonlyArray<Scenario> = [
  scenario("XG-01", "a quorum gives the first successes once the rest has cleaned up", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.runWith("main", Joiners.quorum(2), function* (_group, join) {
        yield* join(after(100, "a"))
        yield* join(failsAfter(200, "x"))
        yield* join(after(300, "b"))
        yield* join(Effect.onInterrupt(after(400, "c"), () => Effect.andThen(Effect.sleep(20), t.log("c is gone"))))
      })
    )
    t.ends(ended, ok(["a", "b"]), 320)
    t.logged("c is gone")
    t.equal(
      t.reports.map(({ cause }) => Cause.squash(cause)),
      ["x"]
    )
    const list = yield* t.ended(TaskGroup.quorum([after(100, "a"), failsAfter(200, "x"), after(300, "b")], 2))
    t.ends(list, ok(["a", "b"]), 620)
  }),

  scenario("XG-02", "a quorum fails as soon as it cannot be had any more", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.quorum([failsAfter(100, "x"), failsAfter(200, "y"), t.forever("one"), t.forever("two")], 3)
    )
    const { errors } = t.failsWith(ended, TaskGroup.AllFailed, 200)
    t.equal(errors, ["x", "y"])
    t.logged("one", "two")
    t.equal(t.reports, [])
  }),

  scenario("XG-03", "settled gives every exit in the order of the tasks", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.runWith("main", Joiners.settled, function* (_group, join) {
        yield* join(after(100, 1))
        yield* join(failsAfter(200, "x"))
        const third = yield* join(Effect.never)
        yield* Effect.sleep(50)
        yield* third.cancel()
      })
    )
    t.equal([ended.at, Exit.isSuccess(ended.exit)], [200, true])
    const [first, second, third] = Exit.isSuccess(ended.exit) ? ended.exit.value : []
    t.equal(first, Exit.succeed(1))
    t.equal(second && Exit.isFailure(second) && Cause.squash(second.cause), "x")
    t.equal(third && Exit.isFailure(third) && Cause.hasInterruptsOnly(third.cause), true)
  }),

  scenario("XG-04", "until ends with the exits so far, in the order in which they came", function* (t) {
    const large = Joiners.until((exit) => Exit.isSuccess(exit) && Number(exit.value) >= 10)
    const ended = yield* t.ended(
      TaskGroup.runWith("main", large, function* (_group, join) {
        for (const [millis, value] of [
          [300, 20],
          [200, 12],
          [100, 5]
        ] as const) {
          yield* join(Effect.onInterrupt(after(millis, value), () => t.log(`${value} cut`)))
        }
      })
    )
    t.ends(ended, ok([Exit.succeed(5), Exit.succeed(12)]), 200)
    t.logged("20 cut")
  }),

  scenario("XG-11", "a mapped stream gives results as they come, or in order, at most so many at once", function* (t) {
    const base = { starts: [] as Array<number>, emits: [] as Array<readonly [number, number]> }
    const map = (ordered: boolean, from: number) =>
      Stream.runForEach(
        TaskGroup.mapStream(
          [400, 100, 200],
          (millis) =>
            Effect.suspend(() => {
              base.starts.push(t.now - from)
              return after(millis, millis)
            }),
          { limit: 2, ordered }
        ),
        (value) => Effect.sync(() => void base.emits.push([value, t.now - from]))
      )
    yield* map(false, 0)
    t.equal(base.emits, [
      [100, 100],
      [200, 300],
      [400, 400]
    ])
    base.emits.length = 0
    yield* map(true, 400)
    t.equal(base.emits, [
      [400, 400],
      [100, 400],
      [200, 400]
    ])
    t.equal(base.starts, [0, 0, 100, 0, 0, 100])
    const all = yield* TaskGroup.forEach([400, 100, 200], (millis) => after(millis, millis), { limit: 2 })
    t.equal([all, t.now], [[400, 100, 200], 1200])
  }),

  scenario("RU-05", "the first to end decides a race; of several that are ready, the first listed", function* (t) {
    const value = TaskGroup.firstSettled([after(10, "foo"), after(5, "bar"), failsAfter(15, "baz")])
    t.ends(yield* t.ended(value), ok("bar"), 5)
    t.ends(yield* t.ended(TaskGroup.firstSettled([after(10, "foo"), failsAfter(5, "bar")])), fail(Fail("bar")), 10)
    t.ends(yield* t.ended(TaskGroup.firstSettled([Effect.succeed(1), Effect.succeed(2)])), ok(1), 10)
  })
]
