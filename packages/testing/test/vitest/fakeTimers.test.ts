import { Channel } from "ferrule"
import { Clock, Effect } from "effect"
import { afterEach, beforeEach, expect, vi } from "vitest"
import { it } from "../../src/vitest.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it.effect("a test on virtual time goes on under the fake timers of vitest [S-335]", () =>
  Effect.gen(function* () {
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 1 })
    yield* Effect.forkChild(Effect.forEach(Array.from({ length: 2_000 }).keys(), (n) => sender.send(n)))
    for (let n = 0; n < 2_000; n++) yield* receiver.receive
    yield* Effect.sleep("1 hour")
    expect(yield* Clock.currentTimeMillis).toBe(3_600_000)
  })
)

it.effect.fails("one that waits for ever is a deadlock, and not waited for [S-335]", () => Effect.never)

it.live("one on the real clock moves the fakes on [S-335]", () =>
  Effect.promise(async () => {
    const slept = Effect.runPromise(Effect.as(Effect.sleep("1 hour"), "slept"))
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(await slept).toBe("slept")
  })
)

it.explore("one under many schedules ends [S-335]", () =>
  Effect.all([Effect.yieldNow, Effect.sleep(5)], { concurrency: 2 })
)

it.cancelEverywhere(
  "one that is cancelled everywhere ends [S-335]",
  () => Effect.sleep(5),
  () => true
)
