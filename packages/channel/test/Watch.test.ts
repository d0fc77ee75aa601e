import { expect, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Option } from "effect"
import * as Channel from "../src/index.ts"
import { endOf, isCancelled, quiet, start } from "./support/running.ts"

it.effect("a reader reads the present value, then the latest, waits for the next, and sees the end [XC-03]", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch(0)
    const levels = yield* level.subscribe
    expect(yield* levels.receive).toBe(0)
    for (const value of [1, 2, 3]) yield* level.set(value)
    expect(yield* levels.receive).toBe(3)
    const waiting = yield* start(levels.receive)
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* level.close
    expect(Cause.isDone(yield* Effect.flip(Fiber.join(waiting)))).toBe(true)
    expect((yield* levels.statistics).missed).toBe(2)
  })
)

it.effect("an equal value wakes a reader, too [XC-03]", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch("same")
    const levels = yield* level.subscribe
    yield* levels.receive
    const waiting = yield* start(levels.receive)
    yield* level.set("same")
    expect(yield* Fiber.join(waiting)).toBe("same")
  })
)

it.effect("the last value is read once after close, also by who comes later, and nothing can be set [CH-28]", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch(1)
    const levels = yield* level.subscribe
    yield* level.set(2)
    yield* level.close
    expect(yield* Effect.flip(level.set(3))).toMatchObject({ _tag: "ChannelClosed", channel: "watch", by: "sender" })
    const late = yield* level.subscribe
    for (const reader of [levels, late])
      expect([yield* reader.receiveOption, yield* reader.receiveOption]).toEqual([Option.some(2), Option.none()])
  })
)

it.effect("readers are apart: what one has read is still new to the other", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch(1)
    const [a, b] = [yield* level.subscribe, yield* level.subscribe]
    expect(yield* a.receive).toBe(1)
    yield* level.set(2)
    expect([yield* a.receive, yield* b.receive]).toEqual([2, 2])
    expect(yield* a.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect("a value that comes back from a cancelled receive when another was set is dropped for the reader", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch(0)
    const levels = yield* level.subscribe
    expect(yield* levels.receive).toBe(0)
    const waiting = yield* start(levels.receive)
    yield* level.set(1)
    yield* level.set(2)
    yield* Fiber.interrupt(waiting)
    expect(isCancelled(endOf(waiting))).toBe(true)
    expect(yield* levels.receive).toBe(2)
    expect(yield* levels.tryReceive).toEqual({ _tag: "Empty" })
    expect(yield* levels.statistics).toMatchObject({ sent: 3, received: 2, undelivered: 1, missed: 1 })
  })
)

it.effect("a value that comes back is read if no other was set meanwhile", () =>
  Effect.gen(function* () {
    const level = yield* Channel.watch(0)
    const levels = yield* level.subscribe
    expect(yield* levels.receive).toBe(0)
    const waiting = yield* start(levels.receive)
    yield* level.set(1)
    yield* Fiber.interrupt(waiting)
    expect(isCancelled(endOf(waiting))).toBe(true)
    expect(yield* levels.receive).toBe(1)
    expect((yield* levels.statistics).missed).toBe(0)
  })
)
