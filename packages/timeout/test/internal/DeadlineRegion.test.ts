import { after, run as runScope } from "@ferrule/cancel-scope"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import * as Timeout from "../../src/index.ts"
import { ended, failureAfter, reasonsOf, told } from "../support/trial.ts"

const slowCleanup = Effect.ensuring(Effect.never, Effect.sleep(100))

const caught = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.catch(self, () => Effect.succeed("caught"))

describe("an outer cancel while the expired body cleans up", () => {
  it.effect("sends the error to the failure hook, for no handler sees it any more [TO-11, TO-12]", () =>
    Effect.gen(function* () {
      const expiring: ReadonlyArray<Effect.Effect<never, Timeout.DeadlineExceeded | string>> = [
        Timeout.failAfter(slowCleanup, 50),
        Timeout.failAfterWith(slowCleanup, 50, () => "mine"),
        Timeout.withTimer(50, () => slowCleanup),
        Effect.flatMap(after(50), (at) => Timeout.failAt(slowCleanup, at))
      ]
      const errors = ["DeadlineExceeded", "mine", "DeadlineExceeded", "DeadlineExceeded"]
      for (const [index, timed] of expiring.entries()) {
        for (const self of [timed, caught(timed)]) {
          const { at, exit, reports } = yield* ended(self, { cancelAt: 100 })
          expect([at, reasonsOf(exit)]).toEqual([150, ["Interrupt"]])
          expect(told(reports)).toEqual([`failure: Fail ${errors[index]}`])
          expect(reports[0]).toMatchObject({ task: "timeout", trace: { reason: { _tag: "DeadlinePassed" } } })
        }
      }
    })
  )

  it.effect("by a scope is that scope's outcome", () =>
    Effect.gen(function* () {
      const scope = runScope({ name: "outer", timeout: 100 }, () => caught(Timeout.failAfter(slowCleanup, 50)))
      const { at, exit, reports } = yield* ended(scope)
      expect([at, exit]).toMatchObject([150, { _tag: "Success", value: { _tag: "Cancelled" } }])
      expect(told(reports)).toEqual(["failure: Fail DeadlineExceeded"])
    })
  )

  it.effect("tells every failure once, defects and typed ones, and keeps what is a defect alone", () =>
    Effect.gen(function* () {
      const dying = Effect.ensuring(slowCleanup, Effect.die("cleanup"))
      const both = yield* ended(Timeout.failAfter(dying, 50), { cancelAt: 100 })
      expect(reasonsOf(both.exit)).toEqual(["Interrupt"])
      expect(told(both.reports)).toEqual(["defect: Die cleanup", "failure: Fail DeadlineExceeded, Die cleanup"])
      const moving = yield* ended(Timeout.moveOnAfter(dying, 50), { cancelAt: 100 })
      expect([reasonsOf(moving.exit), moving.reports]).toEqual([["Die cleanup"], []])
      const stubborn = yield* ended(Timeout.moveOnAfter(Effect.uninterruptible(failureAfter(150, "k")), 50), {
        cancelAt: 100
      })
      expect([reasonsOf(stubborn.exit), told(stubborn.reports)]).toEqual([["Interrupt"], ["failure: Fail k"]])
    })
  )

  it.effect("where interruption is masked is not yet seen: handlers run, and the hook hears nothing", () =>
    Effect.gen(function* () {
      const { exit, reports } = yield* ended(Effect.uninterruptible(Timeout.failAfter(slowCleanup, 50)), {
        cancelAt: 100
      })
      expect([reasonsOf(exit), reports]).toEqual([["Fail DeadlineExceeded"], []])
    })
  )
})
