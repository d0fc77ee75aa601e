import { mayLeave } from "@ferrule/testing/vitest"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, it } from "@effect/vitest"
import { Array, Cause, Effect, Exit, Fiber, Random } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { endOf, isCancelled, quiet, start, upTo } from "./support/running.ts"

const two = Effect.all([
  Channel.make<number, string>({ name: "a", capacity: 8 }),
  Channel.make<number, string>({ name: "b", capacity: 8 })
])

/** A handler that notes what it was given under a name. */
const into = (seen: Array<unknown>, name: string) => (value: unknown) =>
  Effect.sync(() => void seen.push([name, value]))

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect("a loop over two channels handles every item, those of each in order, and ends with the last of them", () =>
  Effect.gen(function* () {
    const [a, b] = yield* two
    const seen: Array<[string, number]> = []
    const loop = yield* start(
      Channel.selectLoop(
        { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) },
        { a: into(seen, "a"), b: into(seen, "b") }
      )
    )
    for (const i of upTo(20)) yield* a.sender.send(i)
    yield* a.sender.close
    for (const i of upTo(20)) yield* b.sender.send(i)
    yield* quiet
    expect(endOf(loop)).toBe("waits")
    yield* b.sender.close
    yield* Fiber.join(loop)
    for (const which of ["a", "b"]) {
      expect(seen.filter(([name]) => name === which).map(([, value]) => value)).toEqual(upTo(20))
    }
  })
)

it.effect("each end that has a handler is handled once, also when it has come before the loop [XE-01]", () =>
  Effect.gen(function* () {
    for (const seed of upTo(50)) {
      const [a, b] = yield* two
      yield* a.sender.use((tx) => tx.send(1))
      yield* b.sender.use((tx) => Effect.andThen(tx.send(2), tx.send(3)))
      const seen: Array<unknown> = []
      yield* Channel.selectLoop(
        {
          a: Channel.receiving(a.receiver),
          aEnded: Channel.ended(a.receiver),
          b: Channel.receiving(b.receiver),
          bEnded: Channel.ended(b.receiver)
        },
        { a: into(seen, "a"), aEnded: into(seen, "aEnded"), b: into(seen, "b"), bEnded: into(seen, "bEnded") }
      ).pipe(Random.withSeed(seed))
      expect(seen.map(String).toSorted()).toEqual(["a,1", "aEnded,", "b,2", "b,3", "bEnded,"])
    }
  })
)

it.effect("a loop over ends alone waits for all of them and then ends", () =>
  Effect.gen(function* () {
    const [a, b] = yield* two
    const seen: Array<unknown> = []
    const loop = yield* start(
      Channel.selectLoop(
        { a: Channel.ended(a.receiver), b: Channel.ended(b.receiver) },
        { a: into(seen, "a"), b: into(seen, "b") }
      )
    )
    yield* b.sender.close
    yield* quiet
    expect(endOf(loop)).toBe("waits")
    yield* a.sender.close
    yield* Fiber.join(loop)
    expect(seen).toEqual([
      ["b", undefined],
      ["a", undefined]
    ])
  })
)

it.effect('a handler that answers "stop" ends the loop, and the rest stays in place', () =>
  Effect.gen(function* () {
    const [a] = yield* two
    for (const i of upTo(4)) yield* a.sender.send(i)
    yield* Channel.selectLoop(
      { a: Channel.receiving(a.receiver) },
      { a: (i) => Effect.succeed(i === 1 ? ("stop" as const) : undefined) }
    )
    expect([yield* a.receiver.receive, yield* a.receiver.receive]).toEqual([2, 3])
  })
)

it.effect("with a function the clauses are made anew for each select: what is in a buffer goes out", () =>
  Effect.gen(function* () {
    const [a] = yield* two
    const out = yield* Channel.make<number>()
    const buffer: Array<number> = []
    const pump = yield* start(
      Channel.selectLoop(
        () => ({
          in: Channel.when(buffer.length < 2, () => Channel.receiving(a.receiver)),
          out: Channel.sendingOption(out.sender, Array.head(buffer))
        }),
        {
          in: (item) => Effect.sync(() => void buffer.push(item)),
          out: () => Effect.sync(() => void buffer.shift())
        }
      )
    )
    for (const i of upTo(6)) yield* a.sender.send(i)
    yield* quiet
    expect(buffer).toEqual([0, 1])
    for (const i of upTo(6)) expect(yield* out.receiver.receive).toBe(i)
    yield* a.sender.close
    yield* Fiber.join(pump)
    expect(buffer).toEqual([])
  })
)

it.effect("clauses that only send do not keep the loop going", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "nobody receives what the loop sends")
    const [a, b] = yield* two
    yield* a.sender.close
    const ticks = yield* Channel.make<number>()
    yield* Channel.selectLoop(
      { a: Channel.receiving(a.receiver), never: Channel.sending(ticks.sender, 1) },
      { a: () => Effect.void, never: () => Effect.void }
    )
    // And where there is nothing to receive from at all, the loop goes on until it is told to stop.
    let sent = 0
    yield* Channel.selectLoop(
      { b: Channel.sending(b.sender, 1) },
      { b: () => Effect.sync(() => (++sent === 5 ? "stop" : "go on")) }
    )
    expect((yield* b.receiver.statistics).buffered).toBe(5)
  })
)

it.effect("one channel under two names ends once for both", () =>
  Effect.gen(function* () {
    const [a] = yield* two
    const seen: Array<unknown> = []
    for (const i of upTo(4)) yield* a.sender.send(i)
    yield* a.sender.close
    yield* Channel.selectLoop(
      { one: Channel.receiving(a.receiver), two: Channel.receiving(a.receiver) },
      { one: into(seen, "one"), two: into(seen, "two") }
    )
    expect(seen).toHaveLength(4)
  })
)

it.effect("a clause may have any name, also one that reads like the end of another", () =>
  Effect.gen(function* () {
    const seen: Array<unknown> = []
    for (const [first, second] of [
      ["a", "the end of a"],
      ["the end of a", "a"]
    ] as const) {
      const [c, d] = yield* two
      yield* c.sender.use((tx) => tx.send(1))
      yield* d.sender.use((tx) => tx.send(2))
      seen.length = 0
      yield* Channel.selectLoop(
        { [first]: Channel.receiving(c.receiver), [second]: Channel.receiving(d.receiver) },
        { [first]: into(seen, first), [second]: into(seen, second) }
      )
      expect(seen.map(String).toSorted()).toEqual([`${first},1`, `${second},2`].toSorted())
    }
  })
)

it.effect("the loop fails with what a channel was failed with, or a handler fails with", () =>
  Effect.gen(function* () {
    const [a, b] = yield* two
    const clauses = { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }
    const failing = { a: () => Effect.fail("handler" as const), b: () => Effect.void }
    yield* a.sender.send(1)
    expect(yield* Effect.flip(Channel.selectLoop(clauses, failing))).toBe("handler")
    const waiting = yield* start(Effect.flip(Channel.selectLoop(clauses, failing)))
    yield* b.sender.fail("broken")
    expect(yield* Fiber.join(waiting)).toBe("broken")
    expect(yield* Effect.flip(Channel.selectLoop(clauses, failing))).toBe("broken")
  })
)

it.effect("a receiver that a handler cancels has ended for the loop", () =>
  Effect.gen(function* () {
    const [a, b] = yield* two
    const seen: Array<unknown> = []
    for (const i of upTo(3)) yield* a.sender.send(i)
    const loop = yield* start(
      Channel.selectLoop(
        { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) },
        { a: (i) => (i === 1 ? a.receiver.cancel : Effect.void), b: into(seen, "b") }
      )
    )
    yield* b.sender.send(7)
    yield* b.sender.close
    yield* Fiber.join(loop)
    expect(seen).toEqual([["b", 7]])
    expect(yield* a.sender.trySend(9)).toBe("closed")
  })
)

it.effect("with something left out that may still come, and nothing that can commit, the loop is a defect", () =>
  Effect.gen(function* () {
    const [a, b] = yield* two
    yield* b.sender.close
    yield* a.sender.send(1)
    let left = false
    const exit = yield* Effect.exit(
      Channel.selectLoop(
        () => ({ a: Channel.when(!left, () => Channel.receiving(a.receiver)), b: Channel.receiving(b.receiver) }),
        { a: () => Effect.sync(() => (left = true)), b: () => Effect.void }
      )
    )
    expect(defectOf(exit)).toContain("this select can never commit")
    expect(defectOf(yield* Effect.exit(Channel.selectLoop({}, {})))).toContain("it has no clauses")
  })
)

it.effect("a cancelled loop leaves every line", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "nobody receives what the loop sends")
    const [a, b] = yield* two
    const loop = yield* start(
      Channel.selectLoop(
        { a: Channel.receiving(a.receiver), b: Channel.sending(b.sender, 1) },
        { a: () => Effect.void, b: () => Effect.void }
      )
    )
    yield* quiet
    yield* Fiber.interrupt(loop)
    expect(isCancelled(endOf(loop))).toBe(true)
    expect(yield* a.receiver.statistics).toMatchObject({ waitingReceivers: 0 })
    expect(yield* b.receiver.statistics).toMatchObject({ waitingSenders: 0 })
  })
)

it.effect("a loop of 20,000 rounds grows no stack", () =>
  Effect.gen(function* () {
    const numbers = yield* Channel.make<number>({ capacity: "unbounded" })
    for (const i of upTo(20_000)) numbers.sender.trySendUnsafe(i)
    yield* numbers.sender.close
    let sum = 0
    const handlers = { n: (i: number) => Effect.sync(() => void (sum += i)) }
    yield* Channel.selectLoop({ n: Channel.receiving(numbers.receiver) }, handlers)
    expect(sum).toBe((20_000 * 19_999) / 2)
  })
)

it("a handler has its item in the step that takes it: a cancel anywhere loses none, on any schedule", () => {
  let handled = 0
  for (const seed of upTo(1_500)) {
    const scheduler = new RandomScheduler(randomFrom(seed))
    const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: 1 }))
    const got: Array<number> = []
    const handlers = {
      in: (item: number) => {
        got.push(item)
        return Effect.yieldNow
      }
    }
    const loop = Effect.runFork(Channel.selectLoop({ in: Channel.receiving(receiver) }, handlers), { scheduler })
    Effect.runFork(
      sender.use((tx) => Effect.forEach(upTo(5), tx.send)),
      { scheduler }
    )
    for (let steps = seed % 40; steps > 0; steps--) scheduler.step()
    loop.interruptUnsafe()
    Effect.runFork(
      receiver.forEach((item) => Effect.sync(() => void got.push(item))),
      { scheduler }
    )
    handled += got.length
    scheduler.toTheEnd()
    expect(got.toSorted((a, b) => a - b)).toEqual(upTo(5))
  }
  expect(handled).toBeGreaterThan(1_500)
})

/** Takes all away that nobody keeps. */
const collected = async (): Promise<void> => {
  setFlagsFromString("--expose-gc")
  await new Promise((resolve) => setImmediate(resolve))
  runInNewContext("gc")()
}

it.effect("a loop that receives from something new in every round keeps none of what has ended", () =>
  Effect.gen(function* () {
    const receivers: Array<WeakRef<object>> = []
    let kept = NaN
    let latest = yield* Channel.oneshot<number>()
    yield* latest.sender.send(0)
    const answer = (n: number) =>
      Effect.gen(function* () {
        receivers.push(new WeakRef(latest.receiver))
        if (n === 50) {
          yield* Effect.promise(collected)
          kept = receivers.filter((receiver) => receiver.deref() !== undefined).length
          return "stop"
        }
        latest = yield* Channel.oneshot<number>()
        yield* latest.sender.send(n + 1)
        return "go on"
      })
    yield* Channel.selectLoop(() => ({ answer: Channel.receiving(latest.receiver) }), { answer })
    expect(receivers.length).toBe(51)
    expect(kept).toBeLessThan(5)
  })
)
