import { expect, it } from "@effect/vitest"
import { Effect, Exit, Cause } from "effect"
import * as Timeout from "../src/index.ts"
import { ended, failureAfter, reasonsOf, told, valueAfter } from "./support/trial.ts"

class Late {
  readonly _tag = "Late"
  readonly exceeded: Timeout.DeadlineExceeded
  constructor(exceeded: Timeout.DeadlineExceeded) {
    this.exceeded = exceeded
  }
}

const late = (exceeded: Timeout.DeadlineExceeded) => new Late(exceeded)

it.effect("its own expiry becomes the error it is given, which gets the DeadlineExceeded [TO-01]", () =>
  Effect.gen(function* () {
    const { at, exit } = yield* ended(Timeout.failAfterWith(Effect.never, 50, late))
    expect([at, reasonsOf(exit)]).toEqual([50, ["Fail Late"]])
    if (Exit.isFailure(exit)) {
      expect(Cause.squash(exit.cause)).toMatchObject({ exceeded: { _tag: "DeadlineExceeded", scope: "timeout" } })
    }
  })
)

it.effect("a DeadlineExceeded out of the effect passes through as it is [TO-09]", () =>
  Effect.gen(function* () {
    const library = Timeout.failAfter(Effect.never, 20)
    const { at, exit } = yield* ended(library.pipe(Timeout.failAfterWith(50, late)))
    expect([at, reasonsOf(exit)]).toEqual([20, ["Fail DeadlineExceeded"]])
  })
)

it.effect("an outer deadline, an earlier one or an equal one, calls nothing [TO-08]", () =>
  Effect.gen(function* () {
    let calls = 0
    const inner = Timeout.failAfterWith(Effect.never, 50, (exceeded) => {
      calls++
      return late(exceeded)
    })
    for (const outer of [20, 50]) {
      const { at, exit } = yield* ended(inner.pipe(Timeout.failAfter(outer)))
      expect([at, reasonsOf(exit)]).toEqual([outer, ["Fail DeadlineExceeded"]])
    }
    expect(calls).toBe(0)
  })
)

it.effect("what the effect ends with in time is what it ends with [TO-02, TO-10]", () =>
  Effect.gen(function* () {
    expect(reasonsOf((yield* ended(Timeout.failAfterWith(valueAfter(10, "v"), 50, late))).exit)).toEqual(["value v"])
    expect(reasonsOf((yield* ended(Timeout.failAfterWith(failureAfter(10, "k"), 50, late))).exit)).toEqual(["Fail k"])
    const cancelled = yield* ended(Timeout.failAfterWith(Effect.never, 50, late), { cancelAt: 20 })
    expect([cancelled.at, reasonsOf(cancelled.exit)]).toEqual([20, ["Interrupt"]])
  })
)

it.effect("a cleanup that dies rides along, and the error can be caught", () =>
  Effect.gen(function* () {
    const body = Effect.ensuring(Effect.never, Effect.die("cleanup"))
    const { exit, reports } = yield* ended(Timeout.failAfterWith(body, 50, late))
    expect(reasonsOf(exit)).toEqual(["Fail Late", "Die cleanup"])
    expect(told(reports)).toEqual(["defect: Die cleanup"])
    const caught = yield* ended(
      Timeout.failAfterWith(body, 50, late).pipe(Effect.catchTag("Late", () => Effect.succeed("c")))
    )
    expect(reasonsOf(caught.exit)).toEqual(["value c"])
  })
)

it.effect("a function that throws is a defect, and hides no other", () =>
  Effect.gen(function* () {
    const body = Effect.ensuring(Effect.never, Effect.die("cleanup"))
    const failing = Timeout.failAfterWith(body, 50, (): string => {
      throw new Error("no error made")
    })
    expect(reasonsOf((yield* ended(failing)).exit)).toEqual(["Die Error: no error made", "Die cleanup"])
  })
)

it.effect("a length that is no duration is a defect that names the argument, and nothing runs [TO-07]", () =>
  Effect.gen(function* () {
    const ran = Effect.die("ran")
    const { exit } = yield* ended(Timeout.failAfterWith(ran, Number.NaN, late))
    expect(reasonsOf(exit)).toEqual([expect.stringContaining("duration of Timeout.failAfterWith")])
  })
)
