import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

it.effect("all who wait go on when it is set, first come first, and who comes later does not wait [SY-07]", () =>
  Effect.gen(function* () {
    const event = yield* Sync.event
    const log: Array<number> = []
    for (const who of upTo(3)) yield* start(Effect.map(event.wait, () => log.push(who)))
    yield* quiet
    expect([log, yield* event.isSet]).toEqual([[], false])
    Effect.runSync(event.set)
    expect(log).toEqual([])
    yield* quiet
    expect([log, yield* event.isSet]).toEqual([[0, 1, 2], true])
    yield* event.wait
    yield* event.set
    yield* event.wait
  })
)

it.effect("one who is cancelled stops waiting, and the others go on", () =>
  Effect.gen(function* () {
    const event = yield* Sync.event
    const [one, other] = [yield* start(event.wait), yield* start(Effect.as(event.wait, "on"))]
    yield* Fiber.interrupt(one)
    yield* event.set
    expect(yield* Fiber.join(other)).toBe("on")
  })
)

it.effect("in a scope that was marked nobody goes on, and nothing is set [S-6, D39]", () =>
  Effect.gen(function* () {
    const event = yield* Sync.event
    const waiting = region(event.wait)
    const fiber = yield* start(waiting.run)
    waiting.mark()
    yield* event.set
    expect(isCancelled(yield* Fiber.join(fiber))).toBe(true)

    const late = yield* Sync.event
    let mark = (): void => {}
    let wentOn = false
    const passing = region(
      Effect.flatMap(
        Effect.sync(() => mark()),
        () => Effect.map(event.wait, () => (wentOn = true))
      )
    )
    mark = passing.mark
    expect([isCancelled(yield* passing.run), wentOn]).toEqual([true, false])
    const setting = region(
      Effect.flatMap(
        Effect.sync(() => mark()),
        () => late.set
      )
    )
    mark = setting.mark
    expect(isCancelled(yield* setting.run)).toBe(true)
    expect(yield* late.isSet).toBe(false)
    const waiter = yield* start(late.wait)
    expect(endOf(waiter)).toBe("waits")
    yield* Fiber.interrupt(waiter)
  })
)

it.effect("keeps nobody who was cancelled, nor who has gone on [S-280]", () =>
  Effect.gen(function* () {
    const event = yield* Sync.event
    // Sound: what an event that is watched is asked for.
    const waiting = () => (event as unknown as { readonly figures: { readonly waiting: number } }).figures.waiting
    const [one, other] = [yield* start(event.wait), yield* start(event.wait)]
    expect(waiting()).toBe(2)
    yield* Fiber.interrupt(one)
    expect(waiting()).toBe(1)
    yield* event.set
    expect(waiting()).toBe(0)
    yield* Fiber.join(other)
  })
)
