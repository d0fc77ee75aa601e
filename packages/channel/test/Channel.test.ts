import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as Channel from "../src/index.ts"
import { endOf, quiet, start, upTo } from "./support/running.ts"

const capacities = upTo(21)

it.effect("a buffered channel takes as many items as its capacity, at once, and gives them at once [CH-01]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 2 })
    expect(yield* sender.trySend(1)).toBe("sent")
    yield* sender.send(2)
    expect(yield* sender.trySend(3)).toBe("full")
    expect(yield* receiver.receive).toBe(1)
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Item", value: 2 })
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect.each([-1, 0.5, Number.NaN, Infinity])(
  "a capacity of %s is a defect at construction that names the channel and what to pass [CH-02]",
  (capacity) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Channel.make<number>({ name: "jobs", capacity }))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      expect(defect).toBeInstanceOf(RangeError)
      expect(String(defect)).toContain('channel "jobs"')
      expect(String(defect)).toContain('"unbounded"')
    })
)

it.effect("buffered items come out in the order in which they went in [CH-03]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 10 })
    for (const i of upTo(10)) yield* sender.send(i)
    const got: Array<number> = []
    for (const _ of upTo(10)) got.push(yield* receiver.receive)
    expect(got).toEqual(upTo(10))
  })
)

it.effect("receivers that wait at a rendezvous are served in the order in which they came [CH-03]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting: Array<Fiber.Fiber<number, unknown>> = []
    for (const _ of upTo(10)) waiting.push(yield* start(receiver.receive))
    for (const i of upTo(10)) yield* sender.send(i)
    expect(yield* Effect.forEach(waiting, Fiber.join)).toEqual(upTo(10))
  })
)

it.effect("a receive waits on an empty channel of any capacity, and two sends wake both that wait [CH-04]", () =>
  Effect.forEach(capacities, (capacity) =>
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
      const [one, two] = [yield* start(receiver.receive), yield* start(receiver.receive)]
      yield* quiet
      expect([endOf(one), endOf(two)]).toEqual(["waits", "waits"])
      yield* sender.send(1)
      yield* sender.send(2)
      expect([yield* Fiber.join(one), yield* Fiber.join(two)]).toEqual([1, 2])
    })
  )
)

it.effect("a send waits on a full channel of any capacity, and one receive releases it [CH-05]", () =>
  Effect.forEach(capacities, (capacity) =>
    Effect.gen(function* () {
      mayLeave(["items"], "it ends with full channels")
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      for (const i of upTo(capacity)) expect(yield* sender.trySend(i)).toBe("sent")
      expect(yield* sender.trySend(-1)).toBe("full")
      const blocked = yield* start(sender.send(capacity))
      yield* quiet
      expect(endOf(blocked)).toBe("waits")
      expect(yield* receiver.receive).toBe(0)
      yield* Fiber.join(blocked)
    })
  )
)

it.effect("a closed channel of any capacity gives what is in it, and then its end again and again [CH-06]", () =>
  Effect.forEach(capacities, (capacity) =>
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      for (const i of upTo(capacity)) yield* sender.send(i)
      yield* sender.close
      for (const i of upTo(capacity)) expect(yield* receiver.receive).toBe(i)
      for (const _ of upTo(3)) expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
    })
  )
)

it.effect("four senders and four receivers pass on each value exactly four times at any capacity [CH-08]", () =>
  Effect.forEach([0, 1, 2, 7, 20], (capacity) =>
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      const counts = new Map<number, number>()
      const receivers = yield* Effect.forEach(upTo(4), () =>
        start(receiver.forEach((i) => Effect.sync(() => counts.set(i, (counts.get(i) ?? 0) + 1))))
      )
      yield* Effect.forEach(upTo(4), () => Effect.forEach(upTo(1000), sender.send, { discard: true }), {
        concurrency: "unbounded"
      })
      yield* sender.close
      yield* Effect.forEach(receivers, Fiber.join)
      expect(counts.size).toBe(1000)
      expect(new Set(counts.values())).toEqual(new Set([4]))
    })
  )
)

it.effect("the tries of a rendezvous succeed only with somebody waiting on the other end [CH-10]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    expect(yield* sender.trySend("nobody")).toBe("full")
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
    const waiting = yield* start(receiver.receive)
    expect(yield* sender.trySend("you")).toBe("sent")
    expect(yield* Fiber.join(waiting)).toBe("you")
    const blocked = yield* start(sender.send("me"))
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Item", value: "me" })
    yield* Fiber.join(blocked)
  })
)

it.effect.each([0, 1, 5, "unbounded"] as const)(
  "a pipeline of capacity %s passes on everything in order and then ends [CH-31]",
  (capacity) =>
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      const got: Array<number> = []
      const consumer = yield* start(receiver.forEach((i) => Effect.sync(() => got.push(i))))
      yield* sender.use((tx) => Effect.forEach(upTo(20), tx.send))
      yield* Fiber.join(consumer)
      expect(got).toEqual(upTo(20))
    })
)

it.effect("an unbounded channel never makes a send wait", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: "unbounded" })
    for (const i of upTo(10_000)) expect(sender.trySendUnsafe(i)).toBe("sent")
    expect((yield* receiver.statistics).capacity).toBe(Infinity)
    let sum = 0
    yield* sender.close
    yield* receiver.forEach((i) => Effect.sync(() => (sum += i)))
    expect(sum).toBe(49_995_000)
  })
)

it.effect("undefined, null, NaN and false pass through, buffered and handed over, and differ from the end", () =>
  Effect.gen(function* () {
    const odd = [undefined, null, Number.NaN, false, 0, ""]
    const buffered = yield* Channel.make<unknown>({ capacity: 10 })
    yield* Effect.forEach(odd, buffered.sender.send)
    yield* buffered.sender.close
    const got: Array<unknown> = []
    yield* buffered.receiver.forEach((value) => Effect.sync(() => got.push(value)))
    expect(got).toEqual(odd)
    const { sender, receiver } = yield* Channel.make<unknown>()
    const waiting = yield* start(receiver.receive)
    yield* sender.send(undefined)
    expect(endOf(waiting)).toBe("waits")
    expect(yield* Fiber.join(waiting)).toBe(undefined)
  })
)

it.live("a ring of 1,000 fibers hands one item round 100 times without growing the stack", () =>
  Effect.gen(function* () {
    const links = yield* Effect.forEach(upTo(1000), () => Channel.make<number>())
    const members = yield* Effect.forEach(links, (link, i) =>
      start(link.receiver.forEach((n) => (n === 0 ? Effect.void : links[(i + 1) % links.length]!.sender.send(n - 1))))
    )
    yield* links[0]!.sender.send(100_000)
    while ((yield* links[0]!.receiver.statistics).received < 101) yield* Effect.yieldNow
    yield* Effect.forEach(links, (link) => link.sender.close)
    yield* Effect.forEach(members, Fiber.join)
    expect((yield* links[0]!.receiver.statistics).received).toBe(101)
  })
)
