import { Duration, Effect, Option, Schedule, Stream } from "effect"
import { CancelScope, Timeout } from "ferrule"
import { failureAfter, valueAfter } from "../harness/delayed.ts"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

/** One effect that does the next of these at each run, and keeps when it was started. */
const oneAfterTheOther = <A, E>(t: Trial, attempts: ReadonlyArray<Effect.Effect<A, E>>) => {
  const starts: Array<number> = []
  const effect = Effect.suspend(() => attempts[starts.push(t.now) - 1]!)
  return { starts, effect }
}

export const budgets: ReadonlyArray<Scenario> = [
  scenario("XT-01", "hedge starts an attempt beside a slow one; losers end before the value appears", function* (t) {
    const attempts = [500, 250, 10].map((millis, index) =>
      t.onCancel(valueAfter(millis, `attempt ${index + 1}`), () =>
        Effect.flatMap(CancelScope.trace, (trace) =>
          t.log([index + 1, t.now, Option.getOrUndefined(trace)?.reason._tag])
        )
      )
    )
    const { effect, starts } = oneAfterTheOther(t, attempts)
    t.ends(yield* t.ended(Timeout.hedge(effect, { after: 100, max: 3 })), ok("attempt 3"), 210)
    t.equal(starts, [0, 100, 200], "starts")
    t.logged([1, 210, "GroupClosed"], [2, 210, "GroupClosed"])
    // The value waits for the cleanup of the loser.
    const slow = t.onCancel(Effect.sleep(500), () => Effect.sleep(40))
    const again = oneAfterTheOther(t, [slow, valueAfter(10, undefined)])
    t.ends(yield* t.ended(Timeout.hedge(again.effect, { after: 100, max: 3 })), ok(undefined), 360)
    // One that ends at the very instant at which it would be slow, however late in it, needs no second one.
    const late = Effect.tap(valueAfter(100, "v"), Effect.repeat(Effect.yieldNow, { times: 8 }))
    const tie = oneAfterTheOther(t, [late, Effect.never])
    t.ends(yield* t.ended(Timeout.hedge(tie.effect, { after: 100, max: 3 })), ok("v"), 460)
    t.equal(tie.starts, [360], "starts")
    t.equal(t.timers, 0, "timers")
  }),

  scenario(
    "XT-02",
    "hedge starts the next attempt when the last one has failed; all failed is every error",
    function* (t) {
      const some = oneAfterTheOther<string, string>(t, [
        failureAfter(30, "x"),
        failureAfter(20, "y"),
        valueAfter(10, "v")
      ])
      t.ends(yield* t.ended(Timeout.hedge(some.effect, { after: 100, max: 3 })), ok("v"), 60)
      t.equal(some.starts, [0, 30, 50], "starts")
      const none = oneAfterTheOther(t, [failureAfter(30, "x"), failureAfter(20, "y"), failureAfter(10, "z")])
      const ended = yield* t.ended(none.effect.pipe(Timeout.hedge({ after: 100, max: 3 })))
      t.ends(ended, fail(Fail("x"), Fail("y"), Fail("z")), 120)
      t.equal(none.starts, [60, 90, 110], "starts")
      t.equal(t.timers, 0, "timers")
    }
  ),

  scenario("XT-03", "retryWithin gives the last error when no attempt fits into the budget any more", function* (t) {
    const starts: Array<number> = []
    const attempt = Effect.suspend(() => failureAfter(100, `attempt ${starts.push(t.now)}`))
    const retried = attempt.pipe(
      Timeout.retryWithin({ schedule: Schedule.spaced(200), minAttempt: 150 }),
      Timeout.failAt(1000)
    )
    t.ends(yield* t.ended(retried), fail(Fail("attempt 3")), 700)
    t.equal(starts, [0, 300, 600], "starts")
    t.equal(t.timers, 0, "timers")
  }),

  scenario(
    "XT-04",
    "a deadline crosses to another clock as what is left; the earlier of the two counts",
    function* (t) {
      const sent: Array<Record<string, string>> = []
      const sender = Effect.andThen(
        t.at(400),
        Effect.map(Timeout.toHeaders, (headers) => void sent.push(headers))
      )
      t.ends(yield* t.ended(Timeout.failAt(sender, 1000)), ok(undefined), 400)
      t.equal(sent, [{ "ferrule-timeout": "600" }])
      yield* t.at(5_000_000)
      const received = Timeout.fromHeaders(sent[0]!)(Timeout.remaining)
      t.equal(Option.map(yield* received, Duration.toMillis), Option.some(600))
      t.equal(Option.map(yield* Timeout.failAfter(received, 250), Duration.toMillis), Option.some(250))
      const late = Timeout.fromHeaders(sent[0]!)(Effect.never)
      t.failsWith(yield* t.ended(late), Timeout.DeadlineExceeded, 5_000_600)
    }
  ),

  scenario("XT-05", "idle fails a stream that is silent while somebody waits for it", function* (t) {
    const at = (...instants: ReadonlyArray<number>) =>
      Stream.tap(Stream.fromIterable(instants), (instant) => t.at(instant))
    const seen: Array<number> = []
    const consume = (stream: Stream.Stream<number>, millis: number) =>
      Stream.runForEach(stream.pipe(Timeout.idle(100)), (element) =>
        Effect.andThen(
          Effect.sync(() => void seen.push(element)),
          Effect.sleep(millis)
        )
      )
    t.failsWith(yield* t.ended(consume(at(50, 100, 300), 0)), Timeout.DeadlineExceeded, 200)
    t.equal(seen, [50, 100])
    t.ends(yield* t.ended(consume(at(250, 700, 750), 500)), ok(undefined), 1750)
    t.equal(seen, [50, 100, 250, 700, 750])
    t.failsWith(yield* t.ended(consume(Stream.never, 0)), Timeout.DeadlineExceeded, 1850)
    t.equal(t.timers, 0, "timers")
  }),

  scenario("XT-06", "a heartbeat gives the whole time again; a timer can be extended and set anew", function* (t) {
    const beating = Timeout.withTimer(100, function* (timer) {
      yield* t.at(80)
      yield* timer.heartbeat
      yield* t.at(160)
      yield* timer.heartbeat
      yield* Effect.never
    })
    t.equal(t.failsWith(yield* t.ended(beating), Timeout.DeadlineExceeded, 260).deadline, 260)
    const moved = Timeout.withTimer(100, function* (timer) {
      yield* t.at(310)
      yield* timer.extend(100)
      yield* t.at(320)
      t.equal(Duration.toMillis(yield* timer.remaining), 140)
      yield* t.at(410)
      yield* timer.reschedule(420)
      yield* Effect.never
    })
    t.equal(t.failsWith(yield* t.ended(moved), Timeout.DeadlineExceeded, 420).deadline, 420)
    t.equal(t.timers, 0, "timers")
    // What has expired is not revived, and no timer is armed for it.
    const late = Timeout.withTimer(100, (timer) =>
      t.onCancel(Effect.never, () =>
        Effect.andThen(
          timer.heartbeat,
          Effect.sync(() => t.equal(t.timers, 0, "timers in cleanup"))
        )
      )
    )
    t.failsWith(yield* t.ended(late), Timeout.DeadlineExceeded, 520)
  })
]
