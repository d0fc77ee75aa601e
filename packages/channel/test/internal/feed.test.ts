/**
 * The conservation law at the edge of a source: whatever was taken out of it is received once, or undelivered once, on
 * any schedule, wherever a receive is cancelled, the receiver gives up, or the scope closes.
 */
import { Effect, Exit, type Fiber, Option, Queue, Scope, Stream } from "effect"
import { describe, expect, it } from "vitest"
import * as Channel from "../../src/index.ts"
import { upTo } from "../support/running.ts"
import { randomFrom, RandomScheduler } from "../support/RandomScheduler.ts"
import { broken, collector } from "../support/sources.ts"

interface Feeding {
  readonly receiver: Channel.Receiver<number, unknown>
  /** What was taken out of the source so far, by the channel or because it was closed. */
  readonly taken: () => ReadonlyArray<number>
}

type Open = (options: Channel.FromOptions<number>) => Effect.Effect<Feeding, never, Scope.Scope>

/** Takes up to three at once. */
const stream: Open = (options) => {
  let next = 0
  const pull = Effect.withFiberSucceed(() => {
    const size = 1 + (next % 3)
    return Array.from({ length: size }, () => next++) as [number, ...Array<number>]
  })
  const opened = Channel.fromStream(Stream.fromPull(Effect.succeed(pull)), options)
  return Effect.map(opened, (receiver) => ({ receiver, taken: () => upTo(next) }))
}

/** Its producer goes on until the queue is closed. */
const queue: Open = (options) =>
  Effect.gen(function* () {
    const source = yield* Queue.bounded<number>(2)
    const offered: Array<number> = []
    const produce = Effect.gen(function* () {
      for (let i = 0; yield* Queue.offer(source, i); i++) offered.push(i)
    })
    yield* Effect.forkDetach(produce)
    const receiver = yield* Channel.fromQueue(source, options)
    return { receiver, taken: () => offered }
  })

/** Gives its next item when the microtasks have run. */
const iterable: Open = (options) => {
  let next = 0
  const generate = async function* () {
    while (true) {
      await Promise.resolve()
      yield next++
    }
  }
  const opened = Channel.fromAsyncIterable(generate(), { ...options, onError: broken })
  return Effect.map(opened, (receiver) => ({ receiver, taken: () => upTo(next) }))
}

const runOnce = async (open: Open, seed: number) => {
  const random = randomFrom(seed)
  const scheduler = new RandomScheduler(random)
  const below = (n: number): number => Math.floor(random() * n)
  const steps = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) {
      // Promises of the source, and those that wait for the scheduler, take turns.
      if (!scheduler.step()) await new Promise((resolve) => setImmediate(resolve))
      else if (random() < 0.3) await Promise.resolve()
    }
  }
  const fork = <A, E>(self: Effect.Effect<A, E>): Fiber.Fiber<A, E> => Effect.runFork(self, { scheduler })
  const rest = async <A, E>(fiber: Fiber.Fiber<A, E>): Promise<Exit.Exit<A, E>> => {
    for (let i = 0; fiber.pollUnsafe() === undefined && i < 2000; i++) await steps(5)
    return fiber.pollUnsafe()!
  }
  const { lost, onUndelivered } = collector<number>()
  const scope = Scope.makeUnsafe("sequential")
  const opening = fork(Scope.provide(open({ capacity: below(3), onUndelivered }), scope))
  const opened = await rest(opening)
  const { receiver, taken } = Exit.isSuccess(opened) ? opened.value : await Promise.reject(new Error("not opened"))
  const received: Array<number> = []
  const consume = Effect.map(receiver.receiveOption, (item) => {
    if (Option.isSome(item)) received.push(item.value)
  })
  for (let i = 0; i < 6; i++) {
    const consumer = fork(Effect.repeat(consume, { times: below(3) }))
    await steps(below(25))
    if (random() < 0.4) consumer.interruptUnsafe()
    await steps(below(10))
  }
  if (random() < 0.5) {
    const cancelling = fork(receiver.cancel)
    await steps(below(20))
    await rest(cancelling)
  }
  const closed = await rest(fork(Scope.close(scope, Exit.void)))
  expect(Exit.isSuccess(closed)).toBe(true)
  await steps(60)
  const { sent, received: had, undelivered, buffered } = Effect.runSync(receiver.statistics)
  expect({ seed, had, undelivered, buffered }).toEqual({
    seed,
    had: received.length,
    undelivered: lost.length,
    buffered: 0
  })
  expect(sent).toBe(had + undelivered)
  return { received, lost, taken: taken() }
}

describe.each([
  ["stream", stream],
  ["queue", queue],
  ["async iterable", iterable]
] as const)("a channel fed from a %s", (_, open) => {
  it("loses nothing that was taken out of it, and gives nothing twice, on 150 schedules [S-65]", async () => {
    let [receivedAny, lostAny] = [0, 0]
    for (let seed = 0; seed < 150; seed++) {
      const { received, lost, taken } = await runOnce(open, seed)
      receivedAny += received.length
      lostAny += lost.length
      expect({ seed, items: [...received, ...lost].toSorted((a, b) => a - b) }).toEqual({ seed, items: taken })
    }
    expect(Math.min(receivedAny, lostAny)).toBeGreaterThan(50)
  })
})
