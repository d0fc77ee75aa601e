import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import * as CancelScope from "../src/index.ts"

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

describe("whoever cancels", () => {
  it.effect("a scope from inside stops at the next operation, whatever that is", () =>
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      const outcome = yield* CancelScope.run("s", (scope) => Effect.andThen(scope.cancel(), log(entries, "went on")))
      expect([outcome._tag, entries]).toEqual(["Cancelled", []])
    })
  )

  it.effect("and takes the shield down stops at the next operation, too", () =>
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      const outcome = yield* CancelScope.run("outer", (outer) =>
        CancelScope.run({ name: "inner", shield: true }, function* (inner) {
          yield* outer.cancel()
          yield* log(entries, "behind the shield")
          yield* inner.setShield(false)
          yield* log(entries, "went on")
        })
      )
      expect([outcome._tag, entries]).toEqual(["Cancelled", ["behind the shield"]])
    })
  )
})
