import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

it.effect("close wakes a receiver that waits, with the end [CH-07]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting = yield* start(Effect.flip(receiver.receive))
    yield* sender.close
    expect(Cause.isDone(yield* Fiber.join(waiting))).toBe(true)
  })
)

it.effect("after close the last item is received, later sends fail, and closing twice is harmless [CH-11]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ name: "jobs", capacity: 1 })
    yield* sender.send("last")
    yield* sender.close
    yield* sender.close
    expect(yield* receiver.receive).toBe("last")
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
    const closed = yield* Effect.flip(sender.send("late"))
    expect(closed).toBeInstanceOf(Channel.ChannelClosed)
    expect(closed).toMatchObject({ _tag: "ChannelClosed", channel: "jobs", by: "sender" })
    expect(closed.message).toBe(
      'cannot send on channel "jobs": its sender closed it. End this producer, or send before closing.'
    )
    expect(yield* sender.trySend("late")).toBe("closed")
    expect(sender.trySendUnsafe("late")).toBe("closed")
  })
)

it.effect("ten producers, each with a clone it closes when done, end the consumer's loop by themselves [CH-16]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const producers = yield* Effect.forEach(upTo(10), (i) =>
      start(
        Effect.scoped(
          Effect.flatMap(sender.clone, (tx) => Effect.forEach([3 * i, 3 * i + 1, 3 * i + 2], (n) => tx.send(n)))
        )
      )
    )
    yield* sender.close
    const got: Array<number> = []
    yield* receiver.forEach((n) => Effect.sync(() => got.push(n)))
    yield* Effect.forEach(producers, Fiber.join)
    expect(got.toSorted((a, b) => a - b)).toEqual(upTo(30))
  })
)

it.effect("sends that wait stay in line when their handle closes; the end comes after the other handle's [CH-18]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const scope = yield* Scope.make()
    const clone = yield* Scope.provide(sender.clone, scope)
    const [one, two] = [yield* start(sender.send(1)), yield* start(clone.send(2))]
    yield* sender.close
    expect(yield* Effect.flip(sender.send(3))).toMatchObject({ by: "sender" })
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([1, 2])
    yield* Effect.forEach([one, two], Fiber.join)
    const end = yield* start(Effect.flip(receiver.receive))
    yield* quiet
    expect(endOf(end)).toBe("waits")
    yield* Scope.close(scope, Exit.void)
    expect(Cause.isDone(yield* Fiber.join(end))).toBe(true)
  })
)

it.effect("a waiting receiver owns the item it was sent: nobody else gets it [CH-20]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const waiting = yield* start(receiver.receive)
    expect(yield* sender.trySend(2)).toBe("sent")
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
    expect(yield* Fiber.join(waiting)).toBe(2)
  })
)

it.effect("a waiting sender owns the place that a receive makes free [CH-21]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(1)
    const blocked = yield* start(sender.send(2))
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Item", value: 1 })
    expect(yield* sender.trySend(3)).toBe("full")
    expect(yield* receiver.receive).toBe(2)
    yield* Fiber.join(blocked)
  })
)

it.effect("a cancelled send is in line no more, and its item is undelivered [CH-23]", () =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const { sender, receiver } = yield* Channel.make<number>({
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    const blocked = yield* start(sender.send(1))
    yield* Fiber.interrupt(blocked)
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
    expect(lost).toEqual([1])
  })
)

it.effect("a send in a scope that was cancelled a moment ago sends nothing [CH-24]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ capacity: 3 })
    const doomed = region(
      Effect.suspend(() => {
        doomed.mark()
        return sender.send("never")
      })
    )
    const tried = region(
      Effect.suspend(() => {
        tried.mark()
        return sender.trySend("never")
      })
    )
    expect(isCancelled(yield* doomed.run)).toBe(true)
    expect(isCancelled(yield* tried.run)).toBe(true)
    expect(yield* receiver.statistics).toMatchObject({ sent: 0, buffered: 0 })
  })
)

it.effect("a send in cleanup of a cancelled scope goes through", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const doomed = region(Effect.ensuring(Effect.never, Effect.orDie(sender.send("goodbye"))))
    const running = yield* start(doomed.run)
    doomed.mark()
    yield* quiet
    expect(yield* receiver.receive).toBe("goodbye")
    expect(isCancelled(yield* Fiber.join(running))).toBe(true)
  })
)

it.effect("every item that nobody will have is reported once: waiting, late, and left behind [CH-14]", () =>
  Effect.gen(function* () {
    const lost: Array<string> = []
    const { sender, receiver } = yield* Channel.make<string>({
      capacity: 2,
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    yield* sender.send("received")
    yield* sender.send("buffered")
    const cancelled = yield* start(Effect.andThen(sender.send("second"), sender.send("cancelled")))
    yield* receiver.receive
    yield* quiet
    yield* Fiber.interrupt(cancelled)
    expect(lost).toEqual(["cancelled"])
    const waiting = yield* start(Effect.exit(sender.send("waiting")))
    yield* receiver.cancel
    expect(lost).toEqual(["cancelled", "buffered", "second", "waiting"])
    expect(Exit.isFailure(yield* Fiber.join(waiting))).toBe(true)
    yield* Effect.exit(sender.send("late"))
    yield* receiver.cancel
    expect(lost).toEqual(["cancelled", "buffered", "second", "waiting", "late"])
    expect(yield* receiver.statistics).toMatchObject({ sent: 6, received: 1, buffered: 0, undelivered: 5 })
  })
)

it.effect("a try that says full or closed leaves the item with the caller: no hook is told [CH-15]", () =>
  Effect.gen(function* () {
    const lost: Array<string> = []
    const { sender, receiver } = yield* Channel.make<string>({
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    expect(yield* sender.trySend("full")).toBe("full")
    yield* sender.close
    expect(yield* sender.trySend("closed")).toBe("closed")
    expect(lost).toEqual([])
    expect(yield* receiver.statistics).toMatchObject({ sent: 0, undelivered: 0 })
  })
)

it.effect("to clone a closed sender is a defect that names the channel [CH-19]", () =>
  Effect.gen(function* () {
    const { sender } = yield* Channel.make<string>("jobs")
    yield* sender.close
    const exit = yield* Effect.exit(Effect.scoped(sender.clone))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('clone a sender of channel "jobs"')
  })
)

it.effect("a failed channel gives its items and then its error, for ever [CH-12]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number, string>({ capacity: 2 })
    yield* sender.send(1)
    yield* sender.send(2)
    const blocked = yield* start(sender.send(3))
    yield* sender.fail("broken")
    expect(yield* Effect.flip(sender.send(4))).toMatchObject({ by: "sender" })
    for (const i of [1, 2, 3]) expect(yield* receiver.receive).toBe(i)
    yield* Fiber.join(blocked)
    for (const _ of upTo(3)) expect(yield* Effect.flip(receiver.receive)).toBe("broken")
    expect(yield* Effect.flip(receiver.receiveOption)).toBe("broken")
    expect(yield* Effect.flip(receiver.forEach(() => Effect.void))).toBe("broken")
    expect(yield* receiver.tryReceive).toMatchObject({ _tag: "Ended", error: { _tag: "Some", value: "broken" } })
  })
)

it.effect("fail wakes receivers that wait, whoever else holds a sender", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const { sender, receiver } = yield* Channel.make<number, string>()
      const clone = yield* sender.clone
      const waiting = yield* start(Effect.flip(receiver.receive))
      yield* sender.fail("broken")
      yield* clone.fail("too late")
      expect(yield* Fiber.join(waiting)).toBe("broken")
      expect(yield* clone.trySend(1)).toBe("closed")
    })
  )
)

it.effect("use closes its handle when the body succeeds", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.use(function* (tx) {
      yield* tx.send(1)
    })
    expect(yield* receiver.receive).toBe(1)
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("use leaves its handle open when the body fails: nobody is shown a clean end", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    expect(yield* Effect.flip(sender.use(() => Effect.fail("no disk")))).toBe("no disk")
    const waiting = yield* start(receiver.receive)
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* sender.send(1)
    expect(yield* Fiber.join(waiting)).toBe(1)
  })
)

it.effect("use leaves its handle open when it is cancelled", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const producer = yield* start(sender.use(() => Effect.never))
    yield* Fiber.interrupt(producer)
    const waiting = yield* start(receiver.receive)
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
  })
)

it.effect("use ends when every receiver is gone: the body is cleaned up, and that is a normal end", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const log: Array<string> = []
    const producer = yield* start(
      sender.use(() =>
        Effect.ensuring(
          Effect.never,
          Effect.sync(() => log.push("cleanup"))
        )
      )
    )
    yield* quiet
    yield* receiver.cancel
    yield* Fiber.join(producer)
    expect(log).toEqual(["cleanup"])
    expect(yield* Effect.flip(sender.send(1))).toMatchObject({ by: "sender" })
  })
)

it.effect("a cleanup that dies when the receivers are gone fails use: nothing is swallowed", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const producer = yield* start(sender.use(() => Effect.ensuring(Effect.never, Effect.die("cleanup"))))
    yield* quiet
    yield* receiver.cancel
    const exit = yield* Fiber.await(producer)
    expect(Exit.isFailure(exit) && exit.cause.reasons).toMatchObject([{ _tag: "Die", defect: "cleanup" }])
  })
)

it.effect("use of a channel that nobody receives from runs nothing", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    yield* receiver.cancel
    let ran = false
    yield* sender.use(() => Effect.sync(() => (ran = true)))
    expect(ran).toBe(false)
  })
)

it.effect("a ChannelClosed that says the receivers are gone is a normal end of use", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    yield* sender.use(function* (tx) {
      yield* Effect.uninterruptible(Effect.andThen(receiver.cancel, tx.send(1)))
    })
    expect(yield* sender.trySend(1)).toBe("closed")
  })
)

it.effect("to send on a handle that one closed oneself is a defect inside use", () =>
  Effect.gen(function* () {
    const { sender } = yield* Channel.make<number>("jobs")
    const exit = yield* Effect.exit(sender.use((tx) => Effect.andThen(tx.close, tx.send(1))))
    expect(Exit.hasDies(exit)).toBe(true)
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('channel "jobs"')
  })
)

it.effect("a hook that dies when a waiting send is cancelled is reported, and the cancel goes on [D40]", () =>
  Effect.gen(function* () {
    const { failureHook } = yield* Effect.promise(() => import("@ferrule/runtime"))
    const reports: Array<unknown> = []
    const { sender } = yield* Channel.make<number>({ name: "jobs", onUndelivered: () => Effect.die("hook") })
    const blocked = yield* start(sender.send(1)).pipe(
      Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report)))
    )
    const exit = yield* Effect.andThen(Fiber.interrupt(blocked), Fiber.await(blocked))
    expect(Exit.isFailure(exit) && exit.cause.reasons.map(({ _tag }) => _tag)).toEqual(["Interrupt"])
    expect(reports).toMatchObject([{ kind: "defect", group: 'channel "jobs"' }])
  })
)

it.effect("the end of another channel is no clean end of this one: use dies of it, and the handle stays open", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ name: "same", capacity: 5 })
    const other = yield* Channel.make<number>({ name: "same", capacity: 5 })
    yield* other.receiver.cancel
    const exit = yield* Effect.exit(
      sender.use(function* (tx) {
        yield* tx.send(1)
        yield* other.sender.send(9)
        yield* tx.send(2)
      })
    )
    expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBeInstanceOf(Channel.ChannelClosed)
    expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
    expect(yield* receiver.receive).toBe(1)
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it("what trySend has sent it has also said to be sent, wherever it is cancelled, on any schedule", () => {
  mayLeave(["items"], "what was sent is counted where it lies")
  for (const [overflow, capacity] of [
    ["wait", 1],
    ["dropOldest", 1],
    ["dropNewest", 0]
  ] as const) {
    let said = 0
    for (const seed of upTo(2_000)) {
      const scheduler = new RandomScheduler(randomFrom(seed))
      const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity, overflow }))
      const tried = Effect.map(sender.trySend(1), (answer) => void (answer === "sent" && said++))
      const before = said
      const fiber = Effect.runFork(tried, { scheduler })
      for (let steps = seed % 7; steps > 0; steps--) scheduler.step()
      fiber.interruptUnsafe()
      scheduler.toTheEnd()
      // An item that had to go may be sent without a word: its hook comes first.
      const { sent, undelivered } = Effect.runSync(receiver.statistics)
      expect(said - before + undelivered).toBeGreaterThanOrEqual(sent)
      expect(said - before).toBeLessThanOrEqual(sent)
    }
    expect(said).toBeGreaterThan(500)
  }
})

it.effect("a cancel during the hook of a refused send takes effect after it [D40]", () =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const onUndelivered = (item: number) =>
      Effect.andThen(
        Effect.yieldNow,
        Effect.sync(() => lost.push(item))
      )
    const { sender } = yield* Channel.make<number>({ onUndelivered: (item) => Effect.asVoid(onUndelivered(item)) })
    yield* sender.close
    const refused = yield* start(sender.send(1))
    yield* Fiber.interrupt(refused)
    expect(isCancelled(yield* Fiber.await(refused))).toBe(true)
    expect(lost).toEqual([1])
  })
)

it.effect("split makes a handle into several, and the last of them to close ends the channel", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 3 })
    const parts = yield* sender.split(3)
    expect(parts).toHaveLength(3)
    expect((yield* receiver.statistics).senders).toBe(3)
    // The first one is used up.
    expect(yield* Effect.flip(sender.send(9))).toMatchObject({ by: "sender" })
    yield* sender.close
    for (const [i, part] of parts.entries()) {
      yield* part.send(i)
      yield* part.close
      yield* part.close
      expect(yield* part.trySend(i)).toBe("closed")
    }
    expect([yield* receiver.receive, yield* receiver.receive, yield* receiver.receive]).toEqual([0, 1, 2])
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("the end is not shown before the last part closes", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const [one, two] = yield* sender.split(2)
    const end = yield* start(Effect.flip(receiver.receive))
    yield* one!.close
    yield* quiet
    expect(endOf(end)).toBe("waits")
    yield* two!.close
    expect(Cause.isDone(yield* Fiber.join(end))).toBe(true)
  })
)

it.effect("three stages share what three parsers send, each with its part: all ends by itself", () =>
  Effect.gen(function* () {
    const lines = yield* Channel.make<string>({ capacity: 2 })
    const rows = yield* Channel.make<number>({ capacity: 2 })
    const rejects = yield* Channel.make<string>({ capacity: 2 })
    const read = lines.sender.use((tx) => Effect.forEach(["1", "two", "3", "four", "5"], tx.send))
    const [good, bad] = [yield* rows.sender.split(3), yield* rejects.sender.split(3)]
    const parsers = upTo(3).map((i) =>
      good[i]!.use((row) =>
        bad[i]!.use((reject) =>
          lines.receiver.forEach((line) => {
            const number = Number(line)
            return Number.isNaN(number) ? reject.send(line) : row.send(number)
          })
        )
      )
    )
    const got: Array<unknown> = []
    const collect = <A>(receiver: Channel.Receiver<A>) =>
      receiver.forEach((item) => Effect.sync(() => void got.push(item)))
    yield* Effect.all([read, ...parsers, collect(rows.receiver), collect(rejects.receiver)], {
      concurrency: "unbounded"
    })
    expect(got.map(String).toSorted()).toEqual(["1", "3", "5", "four", "two"])
  })
)

it.effect("a part that fails the channel ends it for all of them", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number, string>({ capacity: 1 })
    const [one, two, three] = yield* sender.split(3)
    yield* one!.send(1)
    yield* two!.fail("broken")
    expect(yield* Effect.flip(one!.send(2))).toMatchObject({ by: "sender" })
    yield* three!.close
    expect(yield* receiver.receive).toBe(1)
    expect(yield* Effect.flip(receiver.receive)).toBe("broken")
  })
)

it.effect("sends that wait on a handle stay in line when it is split, and one part is as good as the handle", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting = yield* start(sender.send(1))
    const [only] = yield* sender.split(1)
    expect(yield* receiver.receive).toBe(1)
    yield* Fiber.join(waiting)
    yield* only!.close
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("to split a closed sender, or into no whole number of parts, is a defect that says what to do", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>("jobs")
    const defectOf = (split: Effect.Effect<unknown>) =>
      Effect.map(Effect.exit(split), (exit) => Exit.isFailure(exit) && String(Cause.squash(exit.cause)))
    for (const n of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(yield* defectOf(sender.split(n))).toBe(
        `RangeError: cannot split a sender of channel "jobs" into ${n}. Pass a whole number from 1 on.`
      )
    }
    expect((yield* receiver.statistics).senders).toBe(1)
    const parts = yield* sender.split(2)
    const closed = 'Error: cannot split a sender of channel "jobs": it was closed. Split it before closing.'
    expect(yield* defectOf(sender.split(2))).toBe(closed)
    yield* Effect.forEach(parts, (part) => part.close)
    expect(yield* defectOf(parts[0]!.split(2))).toBe(closed)
  })
)

it("in a scope that was cancelled a moment ago a generator neither sends nor receives [S-6, S-340]", async () => {
  const program = Effect.gen(function* () {
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 4 })
    yield* sender.send(1)
    let mark = (): void => {}
    let went = 0
    const doomed = <E>(operation: Effect.Effect<unknown, E>) => {
      const code = Effect.gen(function* () {
        mark()
        yield* operation
        went++
      })
      const around = region(code)
      mark = around.mark
      return around.run
    }
    const ends = [isCancelled(yield* doomed(sender.send(2))), isCancelled(yield* doomed(receiver.receive))]
    return { ends, went, left: [yield* receiver.receive, yield* receiver.tryReceive] }
  })
  // Not on a scheduler of a test: there nothing is done in place.
  expect(await Effect.runPromise(program)).toEqual({ ends: [true, true], went: 0, left: [1, { _tag: "Empty" }] })
})
