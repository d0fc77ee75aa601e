import { Effect, Option } from "effect"
import { CancelScope } from "ferrule"
import { scenario, type Scenario } from "../harness/Scenario.ts"

export const shields: ReadonlyArray<Scenario> = [
  scenario(
    "XK-01",
    "a shield with a limit gives way to an outer cancel at the limit, and to nothing else",
    function* (t) {
      const cut = yield* Effect.scoped(
        Effect.gen(function* () {
          const scope = yield* CancelScope.make("outer")
          const guarded = t.onCancel(Effect.sleep(200), () => Effect.andThen(Effect.sleep(20), t.log("cut")))
          const fiber = yield* t.start(guarded.pipe(CancelScope.shieldFor(50), CancelScope.enter(scope)))
          yield* t.at(10)
          yield* scope.cancel()
          return yield* t.endOf(fiber)
        })
      )
      t.equal([cut.at, t.entries], [70, ["cut"]])
      t.equal(cut.exit._tag === "Success" && cut.exit.value._tag, "Cancelled")
      const whole = yield* t.ended(Effect.as(Effect.sleep(200), "whole").pipe(CancelScope.shieldFor(50)))
      t.ends(whole, { ok: "whole" }, 270)
    }
  ),

  scenario("TO-13", "the effective deadline is the earliest up to the next shield that is up", function* (t) {
    const reach = Effect.map(CancelScope.effectiveDeadline, Option.getOrUndefined)
    const seen: Array<number | undefined> = []
    const read = Effect.map(reach, (at) => void seen.push(at))
    yield* CancelScope.run({ name: "outer", deadline: 500 }, function* (outer) {
      yield* CancelScope.run({ name: "inner", deadline: 1000 }, function* (inner) {
        yield* read
        yield* inner.setDeadline(300)
        yield* read
        yield* inner.setDeadline(1000)
        yield* read
        yield* inner.setShield(true)
        yield* read
        yield* inner.setShield(false)
        yield* read
        yield* Effect.uninterruptible(Effect.andThen(outer.cancel(), read))
      })
    })
    yield* read
    t.equal(seen, [500, 300, 500, 1000, 500, -Infinity, undefined])
  })
]
