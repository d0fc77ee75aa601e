import { run as runScope } from "@ferrule/cancel-scope"
import { expect, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import * as Timeout from "../src/index.ts"
import { ended, failureAfter, now, reasonsOf, valueAfter } from "./support/trial.ts"

/** An effect that fails after `millis` each time, with the number of the attempt. */
const failing = (millis: number) => {
  const started: Array<number> = []
  const effect = Effect.flatMap(now, (at) => failureAfter(millis, started.push(at)))
  return { effect, starts: () => started.map((at) => at - started[0]!) }
}

it.effect("gives the last error as soon as neither wait nor attempt fit into the deadline [XT-03]", () =>
  Effect.gen(function* () {
    const { effect, starts } = failing(100)
    const options = { schedule: Schedule.spaced(200), minAttempt: 150 }
    const { at, exit } = yield* ended(Timeout.retryWithin(effect, options).pipe(Timeout.failAfter(1000)))
    expect([at, reasonsOf(exit), starts()]).toEqual([700, ["Fail 3"], [0, 300, 600]])
  })
)

it.effect("an attempt that just fits is made, and has the rest of the budget", () =>
  Effect.gen(function* () {
    const { effect, starts } = failing(100)
    const options = { schedule: Schedule.spaced(200), minAttempt: 100 }
    const { at, exit } = yield* ended(effect.pipe(Timeout.retryWithin(options), Timeout.failAfter(400)))
    expect([at, starts()]).toEqual([400, [0, 300]])
    // On the test clock the deadline comes before a sleep that was armed after it.
    expect(reasonsOf(exit)).toEqual(["Fail DeadlineExceeded"])
  })
)

it.effect("the earliest deadline counts, up to the next shield", () =>
  Effect.gen(function* () {
    const options = { schedule: Schedule.spaced(200) }
    const inner = failing(100)
    const nested = inner.effect.pipe(
      Timeout.retryWithin(options),
      Timeout.failAfter("1 hour"),
      Timeout.failAfter(450),
      Timeout.failAfter("1 minute")
    )
    expect((yield* ended(nested)).at).toBe(400)
    const shielded = failing(100)
    const scope = runScope({ name: "shielded", shield: true, timeout: 800 }, () =>
      Timeout.retryWithin(shielded.effect, options)
    )
    const { at } = yield* ended(Timeout.failAfter(scope, 150))
    expect([at, shielded.starts()]).toEqual([700, [0, 300, 600]])
  })
)

it.effect("it is asked again before each start: the deadline may have been moved during the wait", () =>
  Effect.gen(function* () {
    const { effect, starts } = failing(100)
    const program = Timeout.withTimer(10_000, function* (timer) {
      yield* Effect.forkChild(Effect.andThen(Effect.sleep(150), timer.reschedule((yield* now) + 400)))
      return yield* Timeout.retryWithin(effect, { schedule: Schedule.spaced(200), minAttempt: 150 })
    })
    const { at, exit } = yield* ended(program)
    expect([at, reasonsOf(exit), starts()]).toEqual([300, ["Fail 1"], [0]])
  })
)

it.effect("without a deadline it goes on as long as the schedule does", () =>
  Effect.gen(function* () {
    const { effect, starts } = failing(10)
    const { at, exit } = yield* ended(
      Timeout.retryWithin(effect, { schedule: Schedule.upTo(Schedule.spaced(30), { times: 2 }) })
    )
    expect([at, reasonsOf(exit), starts()]).toEqual([90, ["Fail 3"], [0, 40, 80]])
    let left = 2
    const healing = Effect.suspend(() => (left-- > 0 ? Effect.fail("k") : valueAfter(10, "v")))
    const healed = yield* ended(healing.pipe(Timeout.retryWithin({ schedule: Schedule.forever, minAttempt: 1e9 })))
    expect(reasonsOf(healed.exit)).toEqual(["value v"])
  })
)

it.effect("an error that is not worth it, a defect and an interruption end it", () =>
  Effect.gen(function* () {
    const { effect } = failing(10)
    const picky = effect.pipe(Timeout.retryWithin({ schedule: Schedule.forever, while: (attempt) => attempt < 3 }))
    expect(reasonsOf((yield* ended(picky)).exit)).toEqual(["Fail 3"])
    let runs = 0
    const counting = Effect.sync(() => void runs++)
    for (const [ending, reasons] of [
      [Effect.die("d"), ["Die d"]],
      [Effect.interrupt, ["Interrupt"]],
      [Effect.ensuring(Effect.fail("k"), Effect.die("d")), ["Die k", "Die d"]]
    ] as const) {
      const broken = Timeout.retryWithin(Effect.andThen(counting, ending), { schedule: Schedule.forever })
      expect(reasonsOf((yield* ended(broken)).exit)).toEqual(reasons)
    }
    expect(runs).toBe(3)
  })
)

it.effect("a failure of several errors stays whole", () =>
  Effect.gen(function* () {
    let runs = 0
    const attempt = Effect.suspend(() => Effect.fail(`x${++runs}`)).pipe(Timeout.hedge({ after: 100, max: 2 }))
    const { exit } = yield* ended(Timeout.retryWithin(attempt, { schedule: Schedule.recurs(1) }))
    expect(reasonsOf(exit)).toEqual(["Fail x3", "Fail x4"])
  })
)

it.effect("a cancel from outside ends the wait as well as the attempt", () =>
  Effect.gen(function* () {
    for (const cancelAt of [50, 200]) {
      const { effect } = failing(100)
      const { at, exit } = yield* ended(Timeout.retryWithin(effect, { schedule: Schedule.spaced(200) }), { cancelAt })
      expect([at, reasonsOf(exit)]).toEqual([cancelAt, ["Interrupt"]])
    }
  })
)

it.effect("attempts read of the schedule what Effect.retry would tell them", () =>
  Effect.gen(function* () {
    const told = (retry: (self: Effect.Effect<void, string>) => Effect.Effect<void, string>) =>
      Effect.gen(function* () {
        const seen: Array<unknown> = []
        const attempt = Effect.gen(function* () {
          const { now: at, start, ...rest } = yield* Schedule.CurrentMetadata
          seen.push({ ...rest, sinceStart: at - start })
          return yield* failureAfter(10, "k")
        })
        yield* ended(retry(attempt))
        return seen
      })
    const schedule = Schedule.upTo(Schedule.exponential(20), { times: 3 })
    const ours = yield* told(Timeout.retryWithin({ schedule }))
    const theirs = yield* told(Effect.retry(schedule))
    expect(ours).toHaveLength(4)
    expect(ours).toEqual(theirs)
  })
)

it.live("a step of the wall clock moves nothing: elapsed time is the monotonic clock's", () =>
  Effect.gen(function* () {
    const realNow = Date.now
    const elapsed: Array<number> = []
    const schedule = Schedule.while(Schedule.forever, (step) => {
      elapsed.push(step.elapsed)
      Date.now = () => realNow() - 3_600_000 * elapsed.length
      return elapsed.length < 3
    })
    const program = Timeout.retryWithin(Effect.fail("k"), { schedule })
    expect(
      yield* Effect.ensuring(
        Effect.flip(program),
        Effect.sync(() => void (Date.now = realNow))
      )
    ).toBe("k")
    expect(elapsed.every((each) => each >= 0 && each < 1000)).toBe(true)
  })
)

it.effect("a length that is no duration is a defect that names the argument [TO-07]", () =>
  Effect.gen(function* () {
    const options = { schedule: Schedule.forever, minAttempt: Number.NaN }
    const { exit } = yield* ended(Timeout.retryWithin(Effect.fail("ran"), options))
    expect(reasonsOf(exit)).toEqual([expect.stringContaining("minAttempt of Timeout.retryWithin")])
  })
)

it("100,000 attempts fail one after the other, and the stack does not grow", async () => {
  let runs = 0
  const attempt = Effect.suspend(() => (++runs === 100_000 ? Effect.succeed(runs) : Effect.fail(runs)))
  const program = Timeout.retryWithin(attempt, { schedule: Schedule.forever })
  expect(await Effect.runPromise(program)).toBe(100_000)
})
