import * as CancelScope from "@ferrule/cancel-scope"
import { expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Timeout from "../src/index.ts"

const expire = <A>(self: Effect.Effect<A, Timeout.DeadlineExceeded>) =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const fiber = yield* Effect.forkChild(Effect.flip(self), { startImmediately: true })
    yield* TestClock.adjust(25)
    return yield* Fiber.join(fiber)
  })

it.effect("carries deadline, elapsed, scope and label, and its message says them [TO-19]", () =>
  Effect.gen(function* () {
    const at = (yield* CancelScope.now) + 20
    const inner = Timeout.failAt(Effect.never, at, { label: "fetch" })
    const error = yield* expire(Effect.flatten(CancelScope.run("page", () => inner).pipe(Effect.as(Effect.never))))
    expect(error).toMatchObject({ _tag: "DeadlineExceeded", deadline: at, scope: "page/fetch", label: "fetch" })
    expect(Duration.toMillis(error.elapsed)).toBe(20)
    expect(error.message).toMatch(new RegExp(`"fetch".*"page/fetch".*20 ms.*at ${Math.round(at)} ms`))
  })
)

it.effect("has no label when none was given", () =>
  Effect.gen(function* () {
    const error = yield* expire(Timeout.failAfter(Effect.never, 5))
    expect(error).toMatchObject({ scope: "timeout" })
    expect("label" in error).toBe(false)
    expect(error.message).toContain('the deadline in "timeout"')
  })
)
