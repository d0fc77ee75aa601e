import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

/** A permit and the scope that holds it. */
const hold = <A, E>(sender: Channel.Sender<A, E>) =>
  Effect.flatMap(Scope.make(), (scope) =>
    Effect.map(Scope.provide(sender.reserve, scope), (permit) => ({ permit, release: Scope.close(scope, Exit.void) }))
  )

it.effect("a reserved place is taken until its item comes [XC-01]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const permit = yield* sender.reserve
    expect(yield* sender.trySend(2)).toBe("full")
    expect(yield* receiver.statistics).toMatchObject({ sent: 0, buffered: 0 })
    yield* permit.commit(1)
    expect(yield* receiver.receive).toBe(1)
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, received: 1 })
  })
)

it.effect("a permit whose scope closes without a commit gives its place to the first send in line [XC-01]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const held = yield* hold(sender)
    const [one, two] = [yield* start(sender.send(1)), yield* start(sender.send(2))]
    yield* quiet
    expect([endOf(one), endOf(two)]).toEqual(["waits", "waits"])
    yield* held.release
    yield* Fiber.join(one)
    expect(endOf(two)).toBe("waits")
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([1, 2])
    yield* Fiber.join(two)
  })
)

it.effect("a permit that is held when the last receiver goes commits, and its item is undelivered once [XC-02]", () =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const { sender, receiver } = yield* Channel.make<number>({
      capacity: 1,
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    const held = yield* hold(sender)
    yield* receiver.cancel
    expect(lost).toEqual([])
    yield* held.permit.commit(1)
    yield* held.release
    expect(lost).toEqual([1])
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, received: 0, buffered: 0, undelivered: 1 })
  })
)

it.effect("a permit commits once: again is a defect that names the channel and says what to do", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "nobody reads what was committed")
    const { sender, receiver } = yield* Channel.make<number>({ name: "jobs", capacity: 2 })
    const permit = yield* sender.reserve
    yield* permit.commit(1)
    expect(defectOf(yield* Effect.exit(permit.commit(2)))).toBe(
      'Error: this permit of channel "jobs" is not valid: it was used before. Reserve another one for each item.'
    )
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, buffered: 1 })
  })
)

it.effect("a permit of a scope that has closed is a defect, used or not, and its place is given back once", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "nobody reads what was committed")
    const { sender, receiver } = yield* Channel.make<number>({ name: "jobs", capacity: 1 })
    const late = yield* Effect.scoped(sender.reserve)
    const used = yield* Effect.scoped(Effect.tap(sender.reserve, (permit) => permit.commit(0)))
    expect(yield* receiver.receive).toBe(0)
    for (const permit of [late, used]) {
      expect(defectOf(yield* Effect.exit(permit.commit(1)))).toBe(
        'Error: this permit of channel "jobs" is not valid: its resource scope has closed. Reserve another one for each item.'
      )
    }
    expect([yield* sender.trySend(2), yield* sender.trySend(3)]).toEqual(["sent", "full"])
  })
)

it.effect("a reserve on a rendezvous waits for a receive that waits, and owns it", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const reserving = yield* start(sender.reserve)
    yield* quiet
    expect(endOf(reserving)).toBe("waits")
    // A receive that would not wait is no place.
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
    expect(endOf(reserving)).toBe("waits")
    const [one, two] = [yield* start(receiver.receive), yield* start(receiver.receive)]
    const permit = yield* Fiber.join(reserving)
    expect(yield* sender.trySend(2)).toBe("sent")
    expect(yield* sender.trySend(3)).toBe("full")
    // What is sent goes to who waits longest; the permit has a right to a receive, not to a certain one.
    expect(yield* Fiber.join(one)).toBe(2)
    yield* permit.commit(1)
    expect(yield* Fiber.join(two)).toBe(1)
  })
)

it.effect("reserves and sends stand in one line: first come, first served", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(0)
    const first = yield* start(sender.send(1))
    const reserving = yield* start(sender.reserve)
    const last = yield* start(sender.send(3))
    expect(yield* receiver.statistics).toMatchObject({ waitingSenders: 3 })
    expect(yield* receiver.receive).toBe(0)
    yield* Fiber.join(first)
    expect(yield* receiver.receive).toBe(1)
    const permit = yield* Fiber.join(reserving)
    yield* quiet
    expect(endOf(last)).toBe("waits")
    yield* permit.commit(2)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([2, 3])
    yield* Fiber.join(last)
  })
)

it.effect("a reserve fails on a closed handle, and when the last receiver goes, now or during its wait", () =>
  Effect.gen(function* () {
    const closed = yield* Channel.make<number>({ name: "closed", capacity: 1 })
    yield* closed.sender.close
    expect(yield* Effect.flip(closed.sender.reserve)).toMatchObject({ channel: "closed", by: "sender" })
    const left = yield* Channel.make<number>("left")
    const waiting = yield* start(Effect.flip(left.sender.reserve))
    yield* left.receiver.cancel
    expect(yield* Fiber.join(waiting)).toMatchObject({ channel: "left", by: "receiver" })
    expect(yield* Effect.flip(left.sender.reserve)).toBeInstanceOf(Channel.ChannelClosed)
    expect(yield* left.receiver.statistics).toMatchObject({ sent: 0, undelivered: 0 })
  })
)

it.effect("a reserve that waits when senders close stays in line, as a send does", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(0)
    const reserving = yield* start(Effect.scoped(Effect.flatMap(sender.reserve, (permit) => permit.commit(1))))
    yield* sender.close
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([0, 1])
    yield* Fiber.join(reserving)
    expect(Cause.isDone(yield* Effect.flip(receiver.receive))).toBe(true)
  })
)

it.effect("while a permit is held the end is not shown: its item may still come", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 2 })
    const [one, two] = [yield* hold(sender), yield* hold(sender)]
    yield* sender.close
    const items = yield* start(Effect.all([receiver.receiveOption, receiver.receiveOption]))
    const end = yield* start(Channel.select({ end: Channel.ended(receiver) }))
    yield* quiet
    expect([endOf(items), endOf(end)]).toEqual(["waits", "waits"])
    yield* one.permit.commit(1)
    yield* quiet
    expect([endOf(items), endOf(end)]).toEqual(["waits", "waits"])
    yield* two.release
    expect((yield* Fiber.join(items)).map((item) => item._tag)).toEqual(["Some", "None"])
    expect((yield* Fiber.join(end))._tag).toBe("end")
    yield* one.release
  })
)

it.effect("on a failed channel the items of permits come first, and then the error", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number, string>({ capacity: 1 })
    const permit = yield* sender.reserve
    yield* sender.fail("broken")
    const waiting = yield* start(receiver.receive)
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* permit.commit(1)
    expect(yield* Fiber.join(waiting)).toBe(1)
    expect(yield* Effect.flip(receiver.receive)).toBe("broken")
  })
)

it.effect("a reserve that is cancelled leaves the line to those behind it", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(0)
    const reserving = yield* start(sender.reserve)
    const behind = yield* start(sender.send(1))
    yield* Fiber.interrupt(reserving)
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([0, 1])
    yield* Fiber.join(behind)
    expect(yield* receiver.statistics).toMatchObject({ waitingSenders: 0, undelivered: 0 })
  })
)

it.effect("a reserve cancelled with its permit on the way gives the place to the next in line [D38]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(0)
    const reserving = yield* start(sender.reserve)
    const behind = yield* start(sender.send(1))
    const taken = yield* Effect.map(receiver.tryReceive, (answer) => {
      // In this very step the reserve has been given its place and has not run.
      reserving.interruptUnsafe()
      return answer
    })
    expect(taken).toEqual({ _tag: "Item", value: 0 })
    expect(isCancelled(yield* Fiber.await(reserving))).toBe(true)
    yield* Fiber.join(behind)
    expect(yield* receiver.receive).toBe(1)
  })
)

it.effect("a reserve in a scope that was cancelled a moment ago sets nothing aside [D30, D39]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const doomed = region(
      Effect.suspend(() => {
        doomed.mark()
        return Effect.scoped(Effect.andThen(sender.reserve, Effect.never))
      })
    )
    expect(isCancelled(yield* doomed.run)).toBe(true)
    const waits = yield* Channel.make<number>()
    const waiting = region(Effect.scoped(waits.sender.reserve))
    const running = yield* start(waiting.run)
    waiting.mark()
    const receiving = yield* start(waits.receiver.receive)
    expect(isCancelled(yield* Fiber.join(running))).toBe(true)
    expect([yield* sender.trySend(1), yield* waits.sender.trySend(1)]).toEqual(["sent", "sent"])
    expect([yield* receiver.receive, yield* Fiber.join(receiving)]).toEqual([1, 1])
  })
)

it.effect("a commit in a scope that was cancelled a moment ago sends nothing, and the place is given back", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was sent before stays")
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const doomed = region(
      Effect.scoped(
        Effect.flatMap(sender.reserve, (permit) => {
          doomed.mark()
          return permit.commit(1)
        })
      )
    )
    expect(isCancelled(yield* doomed.run)).toBe(true)
    expect(yield* receiver.statistics).toMatchObject({ sent: 0, buffered: 0 })
    expect(yield* sender.trySend(2)).toBe("sent")
  })
)

it.effect("a commit in cleanup goes through", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ capacity: 1 })
    const doomed = region(
      Effect.scoped(Effect.flatMap(sender.reserve, (permit) => Effect.ensuring(Effect.never, permit.commit("goodbye"))))
    )
    const running = yield* start(doomed.run)
    doomed.mark()
    expect(yield* receiver.receive).toBe("goodbye")
    expect(isCancelled(yield* Fiber.join(running))).toBe(true)
  })
)

it.effect("a hook that dies of an item committed to nobody is the defect of the commit", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1, onUndelivered: () => Effect.die("hook") })
    const permit = yield* sender.reserve
    yield* receiver.cancel
    const exit = yield* Effect.exit(permit.commit(1))
    expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("hook")
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, undelivered: 1 })
  })
)

it.effect(
  "a reserve waits for room also where sends drop instead, and what finds no free place is dropped itself",
  () =>
    Effect.gen(function* () {
      const lost: Array<number> = []
      const { sender, receiver } = yield* Channel.make<number>({
        capacity: 1,
        overflow: "dropOldest",
        onUndelivered: (item) => Effect.sync(() => void lost.push(item))
      })
      yield* sender.send(0)
      const reserving = yield* start(sender.reserve)
      yield* sender.send(1)
      yield* quiet
      expect(endOf(reserving)).toBe("waits")
      expect(yield* receiver.receive).toBe(1)
      const permit = yield* Fiber.join(reserving)
      expect(yield* sender.trySend(2)).toBe("sent")
      yield* permit.commit(3)
      expect(yield* receiver.receive).toBe(3)
      expect(lost).toEqual([0, 2])
    })
)

it.effect("a cancel during the hook of an item committed to nobody takes effect after it", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const onUndelivered = (item: number) =>
      Effect.andThen(Effect.yieldNow, () => Effect.sync(() => log.push(`told ${item}`)))
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1, onUndelivered })
    const permit = yield* sender.reserve
    yield* receiver.cancel
    const committing = yield* start(permit.commit(1))
    yield* Fiber.interrupt(committing)
    expect(log).toEqual(["told 1"])
  })
)

it("no more permits are out than there are places, whoever runs between a look and the step after it", () => {
  mayLeave(["items"], "the channels are filled, and looked at")
  for (const seed of upTo(500)) {
    const scheduler = new RandomScheduler(randomFrom(seed))
    const { sender } = Effect.runSync(Channel.make<number>({ capacity: 2 }))
    let held = 0
    const hold = Effect.flatMap(sender.reserve, () => {
      held++
      return Effect.never
    })
    const holders = upTo(6).map(() => Effect.runFork(Effect.scoped(hold), { scheduler }))
    scheduler.toTheEnd()
    expect(held).toBe(2)
    for (const holder of holders) holder.interruptUnsafe()
    scheduler.toTheEnd()
    expect([1, 2, 3].map((item) => sender.trySendUnsafe(item))).toEqual(["sent", "sent", "full"])
  }
})

it("no place is lost, wherever in its course a reserve is cancelled, on any schedule", () => {
  const ends = { cancelled: 0, given: 0 }
  for (const seed of upTo(4_000)) {
    const scheduler = new RandomScheduler(randomFrom(seed))
    const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: 1 }))
    // Every other time it has to wait in line, for what is buffered to be received.
    if (seed % 2 === 0) sender.trySendUnsafe(0)
    const reserving = Effect.runFork(Effect.scoped(Effect.map(sender.reserve, () => void ends.given++)), { scheduler })
    const cleanly = Effect.runFork(Effect.scoped(Effect.asVoid(sender.reserve)), { scheduler })
    if (seed % 2 === 0) Effect.runFork(receiver.receive, { scheduler })
    for (let steps = seed % 17; steps > 0; steps--) scheduler.step()
    if (reserving.pollUnsafe() === undefined) ends.cancelled++
    reserving.interruptUnsafe()
    scheduler.toTheEnd()
    expect(cleanly.pollUnsafe()).toEqual(Exit.void)
    expect(Effect.runSync(receiver.statistics)).toMatchObject({ buffered: 0, waitingSenders: 0 })
    expect([sender.trySendUnsafe(1), sender.trySendUnsafe(2)]).toEqual(["sent", "full"])
    expect(Effect.runSync(receiver.receive)).toBe(1)
    Effect.runSync(sender.close)
    expect(Effect.runSync(receiver.tryReceive)._tag).toBe("Ended")
  }
  expect(ends.cancelled).toBeGreaterThan(1_000)
  expect(ends.given).toBeGreaterThan(500)
})
