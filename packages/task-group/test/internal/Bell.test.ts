import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { firstSuccess } from "../../src/index.ts"

it.effect("a wait that a ring has ended leaves no timer", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const attempts = [Effect.delay(Effect.succeed("v"), 10), Effect.never]
      expect(yield* firstSuccess(attempts, { stagger: 1000 })).toBe("v")
      expect(yield* VirtualClock.timers).toBe(0)
    })
  )
)
