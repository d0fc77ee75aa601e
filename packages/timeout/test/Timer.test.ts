import { expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as Timeout from "../src/index.ts"
import { ended, reasonsOf, told } from "./support/trial.ts"

const millis = Effect.map((left: Duration.Duration) => Duration.toMillis(left))

it.effect("a heartbeat gives the whole duration again, from any fiber that has the timer [XT-06]", () =>
  Effect.gen(function* () {
    const body = Timeout.withTimer(100, (timer) =>
      Effect.andThen(Effect.forkChild(Effect.andThen(Effect.sleep(80), timer.heartbeat)), Effect.never)
    )
    const { at, exit } = yield* ended(body)
    expect([at, reasonsOf(exit)]).toEqual([180, ["Fail DeadlineExceeded"]])
  })
)

it.effect("extend adds to the deadline, reschedule sets it, either way [XT-06]", () =>
  Effect.gen(function* () {
    const left: Array<number> = []
    const body = Timeout.withTimer(100, function* (timer) {
      yield* Effect.sleep(50)
      yield* timer.extend(100)
      left.push(yield* millis(timer.remaining))
      yield* timer.extend(-20)
      left.push(yield* millis(timer.remaining))
      yield* timer.reschedule((yield* Timeout.remaining)._tag === "Some" ? 1e9 : 0)
      yield* timer.extend(Infinity)
      left.push(yield* millis(timer.remaining))
      yield* Effect.sleep(1000)
      return "v"
    })
    const { at, exit } = yield* ended(body)
    expect([at, reasonsOf(exit), left]).toEqual([1050, ["value v"], [150, 150, Infinity]])
  })
)

it.effect("a deadline set into the past cancels the body at its next step", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const body = Timeout.withTimer(100, function* (timer) {
      yield* Effect.sleep(20)
      yield* Effect.ensuring(
        timer.reschedule(-1),
        Effect.sync(() => void log.push("cleanup"))
      )
      log.push("never")
    })
    const { at, exit } = yield* ended(body)
    expect([at, reasonsOf(exit), log]).toEqual([20, ["Fail DeadlineExceeded"], ["cleanup"]])
  })
)

it.effect("what has expired is not revived: in cleanup nothing is left and nothing can be moved", () =>
  Effect.gen(function* () {
    const left: Array<number> = []
    const body = Timeout.withTimer(100, (timer) =>
      Effect.ensuring(
        Effect.never,
        Effect.gen(function* () {
          yield* timer.heartbeat
          left.push(yield* millis(timer.remaining))
          yield* Effect.sleep(200)
        })
      )
    )
    const { at, exit } = yield* ended(body)
    expect([at, reasonsOf(exit), left]).toEqual([300, ["Fail DeadlineExceeded"], [0]])
  })
)

it.effect("a timer whose body has ended says 0, and moving it is harmless", () =>
  Effect.gen(function* () {
    const { exit } = yield* ended(
      Effect.gen(function* () {
        const timer = yield* Timeout.withTimer(100, (own) => Effect.succeed(own))
        yield* timer.heartbeat
        yield* timer.extend(1000)
        return yield* millis(timer.remaining)
      })
    )
    expect(reasonsOf(exit)).toEqual(["value 0"])
  })
)

it.effect("an outer deadline is not put off by a heartbeat, and passes through [TO-08]", () =>
  Effect.gen(function* () {
    const body = Timeout.withTimer(30, (timer) => Effect.forever(Effect.andThen(Effect.sleep(20), timer.heartbeat)))
    const { at, exit } = yield* ended(Timeout.failAfter(body, 100, { label: "outer" }))
    expect([at, reasonsOf(exit)]).toEqual([100, ["Fail DeadlineExceeded"]])
  })
)

it.effect("a budget of nothing runs the synchronous start, in which a heartbeat changes nothing [TO-05]", () =>
  Effect.gen(function* () {
    const ready = Timeout.withTimer(-5, () => Effect.succeed("v"))
    expect(reasonsOf((yield* ended(ready)).exit)).toEqual(["value v"])
    const waiting = Timeout.withTimer(-5, () => Effect.sleep(10))
    const { at, exit } = yield* ended(waiting)
    expect([at, reasonsOf(exit)]).toEqual([0, ["Fail DeadlineExceeded"]])
  })
)

it.effect("a cleanup that dies after the deadline rides along", () =>
  Effect.gen(function* () {
    const body = Timeout.withTimer(30, () => Effect.ensuring(Effect.never, Effect.die("cleanup")))
    const { exit, reports } = yield* ended(body)
    expect(reasonsOf(exit)).toEqual(["Fail DeadlineExceeded", "Die cleanup"])
    expect(told(reports)).toEqual(["defect: Die cleanup"])
  })
)

it.effect("what is no time, and what is no duration, is a defect that names the argument [TO-07]", () =>
  Effect.gen(function* () {
    const bodies = [
      Timeout.withTimer("soon" as "1 second", () => Effect.void),
      Timeout.withTimer(30, (timer) => timer.extend(Number.NaN)),
      Timeout.withTimer(30, (timer) => timer.reschedule(Number.NaN))
    ]
    const names = ["duration of Timeout.withTimer", "duration of Timer.extend", "time of Timer.reschedule"]
    for (const [index, body] of bodies.entries()) {
      expect(reasonsOf((yield* ended(body)).exit)).toEqual([expect.stringContaining(names[index]!)])
    }
  })
)
