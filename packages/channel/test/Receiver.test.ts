import { mayLeave } from "@ferrule/testing/vitest"
import { Readable } from "node:stream"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Stream } from "effect"
import * as Channel from "../src/index.ts"
import { isCancelled, quiet, region, start, upTo } from "./support/running.ts"

it.effect("the last cancel fails sends that wait, drops what is buffered, and fails later sends [CH-13]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ name: "jobs", capacity: 3 })
    for (const i of upTo(3)) yield* sender.send(i)
    const waiting = yield* Effect.forEach([3, 4], (i) => start(Effect.flip(sender.send(i))))
    yield* receiver.cancel
    for (const fiber of waiting) expect(yield* Fiber.join(fiber)).toMatchObject({ channel: "jobs", by: "receiver" })
    expect(yield* Effect.flip(sender.send(5))).toMatchObject({ by: "receiver" })
    expect(yield* sender.trySend(5)).toBe("closed")
    expect(yield* receiver.statistics).toMatchObject({ sent: 6, received: 0, buffered: 0, undelivered: 6 })
  })
)

it.effect("five consumers of one channel share its items, each item once, and all end with it [CH-17]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const got = upTo(5).map((): Array<number> => [])
    const consumers = yield* Effect.forEach(got, (mine) =>
      start(
        receiver.forEach((i) =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => mine.push(i))
          )
        )
      )
    )
    for (const i of upTo(10)) yield* sender.send(i)
    yield* sender.close
    yield* Effect.forEach(consumers, Fiber.join)
    expect(got.flat().toSorted((a, b) => a - b)).toEqual(upTo(10))
    for (const mine of got) expect(mine.length).toBeGreaterThan(0)
  })
)

it.effect("with three clones only the last cancel ends the channel; to clone a cancelled one is a defect [CH-19]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ name: "jobs", capacity: 1 })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const clone = yield* receiver.clone
        yield* Effect.scoped(Effect.andThen(receiver.clone, sender.send(1)))
        yield* receiver.cancel
        expect(yield* clone.receive).toBe(1)
        yield* sender.send(2)
      })
    )
    expect(yield* Effect.flip(sender.send(3))).toMatchObject({ by: "receiver" })
    const exit = yield* Effect.exit(Effect.scoped(receiver.clone))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('clone a receiver of channel "jobs"')
  })
)

it.effect("a receive that gave up waiting leaves no trace: a later item is there for the next [CH-22]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const waiting = yield* start(receiver.receive)
    yield* quiet
    yield* Fiber.interrupt(waiting)
    yield* sender.send(1)
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Item", value: 1 })
  })
)

it.effect("a cancelled receive is in line no more: a rendezvous finds nobody [CH-23]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting = yield* start(receiver.receive)
    yield* Fiber.interrupt(waiting)
    expect(yield* sender.trySend(1)).toBe("full")
    expect((yield* receiver.statistics).waitingReceivers).toBe(0)
  })
)

it.effect("a receive in a scope that was cancelled a moment ago takes nothing [CH-24]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const sends = yield* Effect.forEach(["hello", "world"], (word) => start(sender.send(word)))
    const forms = [receiver.receive, receiver.receiveOption, receiver.tryReceive, receiver.forEach(() => Effect.void)]
    for (const form of forms) {
      const doomed = region(
        Effect.suspend((): Effect.Effect<unknown, unknown> => {
          doomed.mark()
          return form
        })
      )
      expect(isCancelled(yield* doomed.run)).toBe(true)
    }
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual(["hello", "world"])
    yield* Effect.forEach(sends, Fiber.join)
  })
)

it.effect("a receiver that waits in a scope cancelled a moment ago is passed over [D39]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const doomed = region(receiver.receive)
    const first = yield* start(doomed.run)
    const second = yield* start(receiver.receive)
    doomed.mark()
    expect([yield* sender.trySend(1), yield* sender.trySend(2)]).toEqual(["sent", "full"])
    expect(yield* Fiber.join(second)).toBe(1)
    expect(isCancelled(yield* Fiber.join(first))).toBe(true)
  })
)

it.effect("an item handed over before its receiver's scope was cancelled goes to the next in line [D39]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const doomed = region(receiver.receive)
    const first = yield* start(doomed.run)
    const second = yield* start(receiver.receive)
    expect(yield* sender.trySend(1)).toBe("sent")
    doomed.mark()
    expect(yield* Fiber.join(second)).toBe(1)
    expect(isCancelled(yield* Fiber.join(first))).toBe(true)
  })
)

it.effect("a receive in the cleanup of a cancelled scope is served, whenever its fiber is told [D39]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const got: Array<number> = []
    const masked = region(
      Effect.uninterruptible(Effect.flatMap(receiver.receive, (n) => Effect.sync(() => got.push(n))))
    )
    const running = yield* start(masked.run)
    masked.mark()
    // Nobody can be served now; the item must find its way once the fiber has been told.
    const blocked = yield* start(sender.send(7))
    yield* Fiber.join(blocked)
    yield* Fiber.join(running)
    expect(got).toEqual([7])
  })
)

it.effect("statistics count buffer, waiters, handles and the high-water mark, which stays [CH-25]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 2 })
    const blocked = yield* Effect.forEach(upTo(4), (i) => start(sender.send(i)))
    yield* quiet
    expect(yield* receiver.statistics).toEqual({
      capacity: 2,
      buffered: 2,
      peak: 2,
      sent: 2,
      received: 0,
      undelivered: 0,
      waitingSenders: 2,
      waitingReceivers: 0,
      senders: 1,
      receivers: 1,
      missed: 0
    })
    yield* Effect.forEach(blocked, Fiber.interrupt)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([0, 1])
    const waiting = yield* start(receiver.receive)
    expect(yield* receiver.statistics).toMatchObject({ buffered: 0, peak: 2, waitingSenders: 0, waitingReceivers: 1 })
    yield* Fiber.interrupt(waiting)
    yield* Effect.scoped(
      Effect.andThen(
        Effect.all([sender.clone, receiver.clone]),
        Effect.map(receiver.statistics, (now) => expect(now).toMatchObject({ senders: 2, receivers: 2 }))
      )
    )
    const last = yield* receiver.statistics
    expect(last).toMatchObject({ waitingReceivers: 0, senders: 1, receivers: 1, sent: 4, received: 2, undelivered: 2 })
  })
)

it.effect("receivers cancelled with an item on its way give it back to its place, whatever their order [XC-08]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const waiting = yield* Effect.forEach(upTo(3), () => start(receiver.receive))
    // One step: nothing that waits runs in between.
    yield* Effect.sync(() => {
      for (const item of ["a", "b", "c"]) expect(sender.trySendUnsafe(item)).toBe("sent")
      for (const i of [1, 0, 2]) waiting[i]!.interruptUnsafe()
    })
    expect(yield* receiver.statistics).toMatchObject({ buffered: 3, received: 0, sent: 3 })
    expect(yield* Effect.forEach(upTo(3), () => receiver.receive)).toEqual(["a", "b", "c"])
  })
)

it.effect("no end is shown while an item is on its way: it may come back [XC-09]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ capacity: 1 })
    const waiting = yield* start(receiver.receive)
    const other = yield* start(receiver.receiveOption)
    // Nothing here waits: no waiter runs in between.
    expect(yield* sender.trySend("item")).toBe("sent")
    yield* sender.close
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
    waiting.interruptUnsafe()
    expect(yield* Fiber.join(other)).toEqual(Option.some("item"))
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("the end comes once the last item on its way has arrived [XC-09]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const waiting = yield* start(receiver.receive)
    const other = yield* start(receiver.receiveOption)
    yield* sender.send("item")
    yield* sender.close
    expect(yield* Fiber.join(waiting)).toBe("item")
    expect(yield* Fiber.join(other)).toEqual(Option.none())
  })
)

it.effect("an item that comes back when the last receiver is gone is undelivered, and reported", () =>
  Effect.gen(function* () {
    const lost: Array<string> = []
    const { sender, receiver } = yield* Channel.make<string>({
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    const waiting = yield* start(receiver.receive)
    yield* sender.send("item")
    yield* receiver.cancel
    expect(lost).toEqual([])
    waiting.interruptUnsafe()
    yield* Fiber.await(waiting)
    expect(lost).toEqual(["item"])
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, received: 0, buffered: 0, undelivered: 1 })
  })
)

it.effect("cancel wakes the receives that wait on its handle, with the end, and no others", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number>()
      const clone = yield* receiver.clone
      const [mine, other] = [yield* start(receiver.receiveOption), yield* start(clone.receiveOption)]
      yield* receiver.cancel
      expect(yield* Fiber.join(mine)).toEqual(Option.none())
      expect(yield* receiver.receiveOption).toEqual(Option.none())
      expect(yield* receiver.tryReceive).toEqual({ _tag: "Ended", error: Option.none() })
      yield* sender.send(1)
      expect(yield* Fiber.join(other)).toEqual(Option.some(1))
    })
  )
)

it.effect("on the last cancel every hook runs, and all that died arrive together [D40]", () =>
  Effect.gen(function* () {
    const told: Array<number> = []
    const { sender, receiver } = yield* Channel.make<number>({
      capacity: 3,
      onUndelivered: (item) =>
        Effect.andThen(
          Effect.sync(() => told.push(item)),
          Effect.die(`hook ${item}`)
        )
    })
    for (const i of upTo(3)) yield* sender.send(i)
    const exit = yield* Effect.exit(receiver.cancel)
    expect(told).toEqual([0, 1, 2])
    const reasons = Exit.isFailure(exit) ? exit.cause.reasons : []
    expect(reasons.map((reason) => Cause.isDieReason(reason) && reason.defect)).toEqual(["hook 0", "hook 1", "hook 2"])
  })
)

it.effect("forEach takes a generator, and ends with what it fails with", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "its reader fails before the end")
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 5 })
    yield* Effect.forEach(upTo(5), sender.send)
    const got: Array<number> = []
    const end = yield* Effect.flip(
      receiver.forEach(function* (n) {
        got.push(n)
        yield* Effect.yieldNow
        if (n === 2) return yield* Effect.fail("three is enough")
      })
    )
    expect(end).toBe("three is enough")
    expect(got).toEqual([0, 1, 2])
    expect(yield* receiver.receive).toBe(3)
  })
)

it.effect("use cancels the handle on a normal end, on an error and on a cancel [CH-29]", () =>
  Effect.gen(function* () {
    const ways = [Effect.void, Effect.fail("error"), Effect.never]
    for (const body of ways) {
      const { sender, receiver } = yield* Channel.make<number>()
      const user = yield* start(receiver.use(() => body))
      yield* Fiber.interrupt(user)
      expect(yield* sender.trySend(1)).toBe("closed")
    }
  })
)

it.effect("a stream that is left early leaves the rest in place, and with use around it reports the rest [XC-07]", () =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const { sender, receiver } = yield* Channel.make<number>({
      capacity: 8,
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    yield* Effect.forEach(upTo(7), sender.send)
    const two = Stream.runCollect(Stream.take(receiver.stream, 2))
    expect([...(yield* two)]).toEqual([0, 1])
    expect(yield* receiver.receive).toBe(2)
    expect([...(yield* receiver.use(() => two))]).toEqual([3, 4])
    expect(lost).toEqual([5, 6])
  })
)

it.effect("a stream ends with the channel, and fails with it", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number, string>({ capacity: 3 })
    yield* Effect.forEach(upTo(3), sender.send)
    yield* sender.close
    expect([...(yield* Stream.runCollect(receiver.stream))]).toEqual([0, 1, 2])
    const other = yield* Channel.make<number, string>()
    yield* other.sender.fail("broken")
    expect(yield* Effect.flip(Stream.runDrain(other.receiver.stream))).toBe("broken")
  })
)

it.effect("an item function that gives no effect is a defect that says so, whether the item was there or awaited", () =>
  Effect.gen(function* () {
    // Sound: what JavaScript may pass.
    const note = (() => {}) as () => Effect.Effect<void>
    for (const capacity of [0, 1]) {
      const { sender, receiver } = yield* Channel.make<number>({ capacity })
      if (capacity === 1) yield* sender.send(1)
      const loop = yield* start(Effect.exit(receiver.forEach(note)))
      if (capacity === 0) yield* sender.send(1)
      const exit = yield* Fiber.join(loop)
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('the body "note" gave undefined')
    }
  })
)

it("for await stops at the end of the channel, and leaves the rest in place when it is left early [CH-29]", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number>({ capacity: 8 }))
  for (const i of upTo(5)) sender.trySendUnsafe(i)
  const got: Array<number> = []
  for await (const i of receiver) {
    got.push(i)
    if (i === 1) break
  }
  expect(Effect.runSync(receiver.receive)).toBe(2)
  await Effect.runPromise(sender.close)
  for await (const i of receiver) got.push(i)
  expect(got).toEqual([0, 1, 3, 4])
})

it("for await throws what the channel was failed with", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number, Error>())
  await Effect.runPromise(sender.fail(new Error("broken")))
  await expect(receiver[Symbol.asyncIterator]().next()).rejects.toThrow("broken")
})

it("an iterator that returns takes nothing more: what its next has waited for goes to who comes later", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number>({ capacity: 1 }))
  const iterator = receiver[Symbol.asyncIterator]()
  const next = iterator.next()
  await iterator.return!()
  sender.trySendUnsafe(1)
  for (const answer of [next, iterator.next()]) expect(await answer).toEqual({ done: true, value: undefined })
  expect(Effect.runSync(receiver.receive)).toBe(1)
})

it("a Node readable made of a receiver takes no item any more when it is destroyed", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number>({ capacity: 4 }))
  const readable = Readable.from(receiver)
  const first = new Promise((resolve) => readable.once("data", resolve))
  sender.trySendUnsafe(1)
  expect(await first).toBe(1)
  readable.destroy()
  await new Promise((resolve) => readable.once("close", resolve))
  sender.trySendUnsafe(2)
  expect(Effect.runSync(receiver.receive)).toBe(2)
})

it("for await gives way though there is always an item, and concurrent calls get theirs in order", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number>({ capacity: "unbounded" }))
  for (const i of upTo(1_000)) sender.trySendUnsafe(i)
  await Effect.runPromise(sender.close)
  const iterator = receiver[Symbol.asyncIterator]()
  const first = await Promise.all(upTo(200).map(() => iterator.next()))
  expect(first.map(({ value }) => value)).toEqual(upTo(200))
  let turns = 0
  const count = () => {
    turns++
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  const rest: Array<number> = []
  for await (const i of receiver) rest.push(i)
  clearImmediate(counting)
  expect(rest.length).toBe(800)
  expect(turns).toBeGreaterThan(8)
})
