import { VirtualClock } from "@ferrule/testing"
import { Effect, Exit, Option } from "effect"
import { Timeout } from "ferrule"
import { valueAfter } from "../harness/delayed.ts"
import { onRealClock, type Scenario } from "../harness/Scenario.ts"

const day = 86_400_000

export const timeoutOnRealClock: ReadonlyArray<Scenario> = [
  onRealClock("TO-18", "a loop that only yields is ended by its deadline", function* (t) {
    const start = performance.now()
    const exit = yield* Effect.exit(Timeout.failAfter(Effect.forever(Effect.yieldNow), 100))
    const took = performance.now() - start
    const error = Exit.findErrorOption(exit)
    t.check(Option.isSome(error) && error.value instanceof Timeout.DeadlineExceeded, "it fails with DeadlineExceeded")
    t.check(took >= 99 && took < 1000, `it takes 100 ms and less than a second, not ${took} ms`)
  }),

  onRealClock("TO-20", "a deadline in ten years neither fires early nor overflows the platform's timer", function* (t) {
    const warnings: Array<Error> = []
    const listen = (warning: Error) => void warnings.push(warning)
    process.on("warning", listen)
    t.equal(yield* Timeout.failAfter(valueAfter(50, "in time"), "3650 days"), "in time")
    process.off("warning", listen)
    t.equal(warnings, [], "warnings of the platform")
    const early = yield* VirtualClock.observe(Timeout.failAfter(valueAfter(day, "a day"), "3650 days"))
    t.equal([early.exit, early.at, early.problem], [Exit.succeed("a day"), day, undefined])
    const late = yield* VirtualClock.observe(Timeout.moveOnAfter(Effect.never, "3650 days"))
    t.equal([late.exit, late.at, late.problem], [Exit.succeed(Option.none()), 3650 * day, undefined])
  })
]
