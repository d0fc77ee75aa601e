import { Selection } from "@ferrule/runtime"
import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as Timeout from "../src/index.ts"

type Clause = ReturnType<typeof Timeout.at>

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

/** Waits for the first of some clauses, as a select does. */
const first = (clauses: Readonly<Record<string, Clause>>) =>
  Effect.withFiber((fiber) => {
    const begun = Object.entries(clauses).map(([name, clause]) => [name, clause.begin?.(fiber) ?? clause] as const)
    const ready = begun.find(([, clause]) => clause.poll(fiber) === "ready")
    if (ready !== undefined) return Effect.as(ready[1].commit(fiber), ready[0])
    return Effect.callback<string>((resume) => {
      const selection = new Selection(
        fiber,
        (effect) => resume(Effect.orDie(Effect.map(effect, ({ _tag }) => _tag))),
        () => Exit.die("exhausted")
      )
      for (const [name, clause] of begun) selection.register(name, clause)
      return Effect.sync(() => selection.withdrawAll())
    })
  })

describe("a timer clause", () => {
  it.effect("is ready at its time, and not only after it [SE-07]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(50)
      const clause = Timeout.at(yield* CancelScope.after(0))
      expect(yield* Effect.withFiber((fiber) => Effect.succeed(clause.poll(fiber)))).toBe("ready")
    })
  )

  it.effect("commits at its time; `after` counts from the start of each select [SE-07]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const clauses = { a: Timeout.after(1000), b: Timeout.after(100), c: Timeout.at(yield* CancelScope.after(500)) }
      const one = yield* start(first(clauses))
      yield* TestClock.adjust(99)
      expect(one.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect(yield* Fiber.join(one)).toBe("b")
      yield* TestClock.adjust(390)
      const two = yield* start(first(clauses))
      yield* TestClock.adjust(10)
      expect(yield* Fiber.join(two)).toBe("c")
    })
  )

  it.live("of a time that has passed, or no length at all, commits at once [SE-07]", () =>
    Effect.gen(function* () {
      expect(yield* first({ a: Timeout.after(1000), b: Timeout.after(0) })).toBe("b")
      expect(yield* first({ a: Timeout.after(1000), b: Timeout.after(-5) })).toBe("b")
      expect(yield* first({ a: Timeout.after(1000), b: Timeout.at((yield* CancelScope.now) - 1) })).toBe("b")
    })
  )

  it.live("that did not commit leaves no timer", () =>
    leavesNothing(
      Effect.gen(function* () {
        yield* first({ a: Timeout.after("1 hour"), b: Timeout.after(2), never: Timeout.after(Infinity) })
        const fiber = yield* start(first({ a: Timeout.after("1 hour") }))
        yield* Fiber.interrupt(fiber)
      })
    )
  )

  it("refuses NaN with an error that names the argument [TO-07]", () => {
    expect(() => Timeout.after(Number.NaN)).toThrow("duration of Timeout.after")
    expect(() => Timeout.at(Number.NaN)).toThrow("time of Timeout.at")
  })
})
