/** Channels that drop an item instead of letting its send wait. */
import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { failureHook } from "@ferrule/runtime"
import { Cause, Deferred, Effect, Exit, Fiber } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const dropping = (overflow: "dropNewest" | "dropOldest", capacity: number | "unbounded" = 2) =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const onUndelivered = (item: number) => Effect.sync(() => void lost.push(item))
    return { ...(yield* Channel.make<number>({ name: "news", capacity, overflow, onUndelivered })), lost }
  })

const empty = { _tag: "Empty" }

it.effect("dropNewest keeps what is buffered and drops what is sent, which counts as sent [CH-26]", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* dropping("dropNewest")
    for (const i of [1, 2, 3]) yield* sender.send(i)
    expect(yield* sender.trySend(4)).toBe("sent")
    expect(yield* receiver.receive).toBe(1)
    for (const i of [5, 6]) yield* sender.send(i)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([2, 5])
    expect(yield* receiver.tryReceive).toEqual(empty)
    expect(lost).toEqual([3, 4, 6])
    expect(yield* receiver.statistics).toMatchObject({ sent: 6, received: 3, undelivered: 3, peak: 2 })
  })
)

it.effect("dropOldest drops the oldest for what is sent [CH-27]", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* dropping("dropOldest")
    for (const i of [1, 2, 3]) yield* sender.send(i)
    expect(yield* sender.trySend(4)).toBe("sent")
    expect(yield* receiver.receive).toBe(3)
    for (const i of [5, 6]) yield* sender.send(i)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([5, 6])
    expect(yield* receiver.tryReceive).toEqual(empty)
    expect(lost).toEqual([1, 2, 4])
    expect(yield* receiver.statistics).toMatchObject({ sent: 6, received: 3, undelivered: 3 })
  })
)

it.effect("with a place for one, dropOldest keeps the latest, also after the close [CH-28]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* dropping("dropOldest", 1)
    for (const i of [1, 2, 3]) yield* sender.send(i)
    expect(yield* receiver.receive).toBe(3)
    for (const i of [4, 5]) yield* sender.send(i)
    yield* sender.close
    expect(yield* receiver.receive).toBe(5)
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("a receiver that waits gets what is sent: nothing is dropped for it, whatever the policy", () =>
  Effect.gen(function* () {
    for (const overflow of ["dropNewest", "dropOldest"] as const) {
      const { sender, receiver, lost } = yield* dropping(overflow, 0)
      const waiting = yield* start(receiver.receive)
      yield* sender.send(1)
      expect(yield* Fiber.join(waiting)).toBe(1)
      // Nobody waits, and there is no place: the item itself goes.
      yield* sender.send(2)
      expect(yield* sender.trySend(3)).toBe("sent")
      expect(lost).toEqual([2, 3])
    }
  })
)

it.effect("an unbounded channel drops nothing", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what is there is counted, and not received")
    const { sender, receiver, lost } = yield* dropping("dropOldest", "unbounded")
    for (const i of upTo(1000)) yield* sender.send(i)
    expect(yield* receiver.statistics).toMatchObject({ buffered: 1000, undelivered: 0 })
    expect(lost).toEqual([])
  })
)

it.effect("on a closed channel nothing is dropped: a send fails, its item undelivered, and a try says closed", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* dropping("dropOldest", 1)
    yield* sender.send(1)
    yield* sender.close
    expect(yield* Effect.flip(sender.send(2))).toMatchObject({ by: "sender" })
    expect(yield* sender.trySend(3)).toBe("closed")
    expect(sender.trySendUnsafe(3)).toBe("closed")
    expect(lost).toEqual([2])
    expect(yield* receiver.receive).toBe(1)
  })
)

it.effect("an overflow that is none is a defect that names the channel and the choices", () =>
  Effect.gen(function* () {
    const wrong = "drop" as unknown as "wait"
    const exit = yield* Effect.exit(Channel.make<number>({ name: "news", overflow: wrong }))
    expect(Exit.isFailure(exit) && Exit.hasDies(exit) && String(Cause.squash(exit.cause))).toBe(
      'RangeError: the overflow of channel "news" is drop. Pass "wait", "dropNewest" or "dropOldest".'
    )
  })
)

it.effect("a cancel during the hook takes effect after it: the item was sent, and the dropped one is told once", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    let go = yield* Deferred.make<void>()
    const hook = (item: string) =>
      Effect.andThen(
        Deferred.await(go),
        Effect.sync(() => log.push(`told ${item}`))
      )
    const options = { capacity: 1, overflow: "dropOldest", onUndelivered: hook } as const
    const { sender, receiver } = yield* Channel.make<string>(options)
    yield* sender.send("a")
    for (const [send, dropped] of [
      [sender.send("b"), "a"],
      [Effect.asVoid(sender.trySend("c")), "b"]
    ] as const) {
      go = yield* Deferred.make<void>()
      const sending = yield* start(Effect.map(send, () => log.push("went on")))
      sending.interruptUnsafe()
      yield* quiet
      expect(log).toEqual([])
      yield* Deferred.succeed(go, undefined)
      expect(isCancelled(yield* Fiber.await(sending))).toBe(true)
      expect(log.splice(0)).toEqual([`told ${dropped}`])
    }
    expect(yield* receiver.receive).toBe("c")
    expect(yield* receiver.statistics).toMatchObject({ sent: 3, received: 1, undelivered: 2 })
  })
)

it.effect("a hook that dies is the defect of the send that dropped the item; what was sent stays sent", () =>
  Effect.gen(function* () {
    const onUndelivered = (): Effect.Effect<void> => {
      throw new Error("hook")
    }
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1, overflow: "dropOldest", onUndelivered })
    yield* sender.send(0)
    const sends = [sender.send(1), sender.trySend(2), Channel.select({ out: Channel.sending(sender, 3) })]
    for (const send of sends as ReadonlyArray<Effect.Effect<unknown, unknown>>) {
      const exit = yield* Effect.exit(send)
      expect(Exit.isFailure(exit) && Exit.hasDies(exit) && String(Cause.squash(exit.cause))).toBe("Error: hook")
    }
    expect(yield* receiver.receive).toBe(3)
    expect(yield* receiver.statistics).toMatchObject({ sent: 4, received: 1, undelivered: 3 })
  })
)

it.effect("trySendUnsafe drops too: the hook runs in a fiber of its own, and its death is reported", () =>
  Effect.gen(function* () {
    const reports: Array<unknown> = []
    const onUndelivered = (item: number) => (item === 0 ? Effect.die("hook") : Effect.yieldNow)
    const { sender, receiver } = yield* Channel.make<number>({
      name: "news",
      capacity: 1,
      overflow: "dropOldest",
      onUndelivered
    }).pipe(Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report))))
    expect(upTo(3).map((i) => sender.trySendUnsafe(i))).toEqual(["sent", "sent", "sent"])
    expect(yield* receiver.receive).toBe(2)
    yield* quiet
    expect(reports).toMatchObject([{ kind: "defect", group: 'channel "news"' }])
    expect(yield* receiver.statistics).toMatchObject({ sent: 3, received: 1, undelivered: 2 })
  })
)

it.effect("a send in a scope that was cancelled a moment ago drops nothing [D30]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was there before stays")
    const { sender, receiver, lost } = yield* dropping("dropOldest", 1)
    yield* sender.send(1)
    const sends = [sender.send(2), sender.trySend(2), Channel.select({ out: Channel.sending(sender, 2) })]
    for (const send of sends as ReadonlyArray<Effect.Effect<unknown, unknown>>) {
      const doomed = region(
        Effect.suspend(() => {
          doomed.mark()
          return send
        })
      )
      expect(isCancelled(yield* doomed.run)).toBe(true)
    }
    expect(lost).toEqual([])
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, buffered: 1 })
  })
)

it.effect("a select that sends on a dropping channel can always commit, and tells the hook what had to go", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* dropping("dropOldest", 1)
    const idle = yield* Channel.make<number>()
    for (const i of upTo(3)) {
      const event = yield* Channel.select({ out: Channel.sending(sender, i), in: Channel.receiving(idle.receiver) })
      expect(event).toEqual({ _tag: "out", value: undefined })
    }
    expect(lost).toEqual([0, 1])
    expect(yield* receiver.receive).toBe(2)
    yield* sender.close
    expect(yield* Effect.flip(Channel.select({ out: Channel.sending(sender, 3) }))).toMatchObject({ by: "sender" })
    expect(lost).toEqual([0, 1])
  })
)

it.effect("the hook runs to its end although the select that dropped an item is cancelled meanwhile", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was there before stays")
    const log: Array<string> = []
    const go = yield* Deferred.make<void>()
    const onUndelivered = (item: number) =>
      Effect.andThen(
        Deferred.await(go),
        Effect.sync(() => log.push(`told ${item}`))
      )
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1, overflow: "dropNewest", onUndelivered })
    yield* sender.send(0)
    const selecting = yield* start(Channel.select({ out: Channel.sending(sender, 1) }))
    selecting.interruptUnsafe()
    yield* Deferred.succeed(go, undefined)
    expect(isCancelled(yield* Fiber.await(selecting))).toBe(true)
    expect(log).toEqual(["told 1"])
    expect(yield* receiver.statistics).toMatchObject({ sent: 2, buffered: 1, undelivered: 1 })
  })
)

it("once its scope is marked a program drops and sends nothing more, wherever it is, on any schedule [D39]", () => {
  const seen = { before: 0, after: 0 }
  for (const seed of upTo(3_000)) {
    const scheduler = new RandomScheduler(randomFrom(seed))
    const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: 1, overflow: "dropOldest" }))
    sender.trySendUnsafe(0)
    const sends = [
      sender.send(1),
      sender.trySend(1),
      Channel.select({ out: Channel.sending(sender, 1) }),
      Effect.scoped(Effect.flatMap(sender.reserve, (permit) => permit.commit(1)))
    ] as ReadonlyArray<Effect.Effect<unknown, unknown>>
    const doomed = region(Effect.andThen(Effect.yieldNow, sends[seed % 4]!))
    Effect.runFork(doomed.run, { scheduler })
    for (let steps = Math.floor(seed / 4) % 12; steps > 0; steps--) scheduler.step()
    doomed.mark()
    const { sent } = Effect.runSync(receiver.statistics)
    seen[sent === 1 ? "before" : "after"]++
    // A permit would have a place from here on.
    expect(Effect.runSync(receiver.tryReceive)._tag).toBe("Item")
    scheduler.toTheEnd()
    expect(Effect.runSync(receiver.statistics).sent).toBe(sent)
  }
  expect(Math.min(seen.before, seen.after)).toBeGreaterThan(500)
})
