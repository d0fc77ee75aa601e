import { expect, it } from "@effect/vitest"
import { type Cause, Effect, Exit, Fiber, Queue, Stream } from "effect"
import * as Channel from "../src/index.ts"
import { endOf, quiet, start } from "./support/running.ts"
import { collector } from "./support/sources.ts"

it.effect("the items come in order, and the end of the queue closes the channel after them", () =>
  Effect.gen(function* () {
    const queue = yield* Queue.bounded<number, Cause.Done>(2)
    const receiver = yield* Channel.fromQueue(queue)
    yield* start(Effect.andThen(Queue.offerAll(queue, [1, 2, 3, 4]), Queue.end(queue)))
    expect(yield* Stream.runCollect(receiver.stream)).toEqual([1, 2, 3, 4])
  }).pipe(Effect.scoped)
)

it.effect("the error of the queue comes after its items", () =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<number, "no disk">()
    const receiver = yield* Channel.fromQueue(queue)
    yield* Queue.offer(queue, 1)
    yield* Queue.fail(queue, "no disk")
    expect(yield* receiver.receive).toBe(1)
    expect(yield* Effect.flip(receiver.receive)).toBe("no disk")
  }).pipe(Effect.scoped)
)

it.effect("what has no place in the channel stays in the queue, where others can take it", () =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<number>()
    yield* Queue.offerAll(queue, [0, 1, 2, 3])
    const receiver = yield* Channel.fromQueue(queue, { capacity: 1 })
    yield* quiet
    expect(yield* Queue.size(queue)).toBe(3)
    expect(yield* Queue.take(queue)).toBe(1)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([0, 2])
  }).pipe(Effect.scoped)
)

it.effect("the last receiver's cancel closes the queue: offers stop, and each item is undelivered", () =>
  Effect.gen(function* () {
    const { lost, onUndelivered } = collector<number>()
    const queue = yield* Queue.bounded<number>(2)
    const receiver = yield* Channel.fromQueue(queue, { capacity: 1, onUndelivered })
    yield* quiet
    const offered: Array<number> = []
    const producer = yield* start(
      Effect.gen(function* () {
        for (let i = 0; yield* Queue.offer(queue, i); i++) offered.push(i)
      })
    )
    expect(yield* receiver.receive).toBe(0)
    yield* quiet
    yield* receiver.cancel
    yield* quiet
    expect(endOf(producer)).toEqual(Exit.void)
    expect([0, ...lost]).toEqual(offered)
    expect(lost.length).toBeGreaterThan(2)
  }).pipe(Effect.scoped)
)

it.effect("a queue that somebody shuts down is no clean end, and no interrupt of who receives", () =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<number>()
    const receiver = yield* Channel.fromQueue(queue)
    const waiting = yield* start(receiver.receive)
    yield* Queue.shutdown(queue)
    const exit = yield* Fiber.await(waiting)
    expect(Exit.isFailure(exit) && exit.cause.reasons.map(({ _tag }) => _tag)).toEqual(["Die"])
  }).pipe(Effect.scoped)
)
