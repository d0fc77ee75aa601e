/** The hook for an item that nobody will have, once it has begun, runs to its end though its caller is cancelled. */
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Channel from "../src/index.ts"
import { start } from "./support/running.ts"

const withSlowHook = Effect.gen(function* () {
  yield* TestClock.adjust(0)
  const told: Array<number> = []
  const onUndelivered = (item: number) =>
    Effect.andThen(
      Effect.sleep(10),
      Effect.sync(() => void told.push(item))
    )
  return { told, channel: yield* Channel.make<number>({ capacity: 2, onUndelivered }) }
})

/** Cancels the effect while the hook is under way. */
const cancelledInHook = <A, E>(self: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* start(self)
    yield* TestClock.adjust(5)
    const cancelling = yield* start(Fiber.interrupt(fiber))
    yield* TestClock.adjust(50)
    yield* Fiber.join(cancelling)
  })

it.effect("of a send that came too late [S-284]", () =>
  Effect.gen(function* () {
    const { channel, told } = yield* withSlowHook
    yield* channel.receiver.cancel
    yield* cancelledInHook(channel.sender.send(1))
    expect(told).toEqual([1])
  })
)

it.effect("of what a receiver leaves, each of them [S-284]", () =>
  Effect.gen(function* () {
    const { channel, told } = yield* withSlowHook
    yield* channel.sender.send(1)
    yield* channel.sender.send(2)
    yield* cancelledInHook(channel.receiver.cancel)
    expect(told).toEqual([1, 2])
  })
)
