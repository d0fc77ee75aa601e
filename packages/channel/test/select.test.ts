import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Random, Scheduler } from "effect"
import type { Clause } from "@ferrule/runtime"
import * as Channel from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const three = Effect.all([
  Channel.make<number>({ name: "one", capacity: 1 }),
  Channel.make<number>({ name: "two", capacity: 1 }),
  Channel.make<number>({ name: "three", capacity: 1 })
])

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect("of three receives the one that is ready commits, and the others keep their items [SE-01]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "the others keep their items")
    const [one, two, last] = yield* three
    yield* two.sender.send(2)
    const clauses = {
      a: Channel.receiving(one.receiver),
      b: Channel.receiving(two.receiver),
      c: Channel.receiving(last.receiver)
    }
    expect(yield* Channel.select(clauses)).toEqual({ _tag: "b", value: 2 })
    yield* Effect.all([one.sender.send(1), last.sender.send(3)])
    yield* Channel.select(clauses)
    const left = (yield* one.receiver.statistics).buffered + (yield* last.receiver.statistics).buffered
    expect(left).toBe(1)
  })
)

it.effect("a send to a waiting receiver commits; the channel of the other send got nothing [SE-02]", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<string>()
    const two = yield* Channel.make<string>()
    const waiting = yield* start(two.receiver.receive)
    const event = yield* Channel.select({
      a: Channel.sending(one.sender, "to one"),
      b: Channel.sending(two.sender, "to two")
    })
    expect(event).toEqual({ _tag: "b", value: undefined })
    expect(yield* Fiber.join(waiting)).toBe("to two")
    expect(yield* one.receiver.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect("a send or a receive, whichever finds its partner [SE-03]", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number>()
    const two = yield* Channel.make<number>()
    const either = Channel.select({ sent: Channel.sending(one.sender, 1), received: Channel.receiving(two.receiver) })
    const receiver = yield* start(one.receiver.receive)
    expect(yield* either).toEqual({ _tag: "sent", value: undefined })
    expect(yield* Fiber.join(receiver)).toBe(1)
    const sender = yield* start(two.sender.send(2))
    expect(yield* either).toEqual({ _tag: "received", value: 2 })
    yield* Fiber.join(sender)
  })
)

it.effect("a select that waits is over with the first send to any of its channels; the next waits [SE-06]", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number>()
    const two = yield* Channel.make<number>()
    const waiting = yield* start(
      Channel.select({ a: Channel.receiving(one.receiver), b: Channel.receiving(two.receiver) })
    )
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    expect(yield* two.sender.trySend(2)).toBe("sent")
    expect(yield* one.sender.trySend(1)).toBe("full")
    expect(yield* two.sender.trySend(3)).toBe("full")
    expect(yield* Fiber.join(waiting)).toEqual({ _tag: "b", value: 2 })
    const blocked = yield* start(one.sender.send(1))
    yield* quiet
    expect(endOf(blocked)).toBe("waits")
    yield* Fiber.interrupt(blocked)
  })
)

it.effect("of two receives that are always ready each wins its half, and a seed repeats the choices [SE-11]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was not chosen stays")
    const one = yield* Channel.make<number>({ capacity: "unbounded" })
    const two = yield* Channel.make<number>({ capacity: "unbounded" })
    const clauses = { a: Channel.receiving(one.receiver), b: Channel.receiving(two.receiver) }
    const choices = Effect.forEach(upTo(10_000), (i) => {
      one.sender.trySendUnsafe(i)
      two.sender.trySendUnsafe(i)
      return Effect.map(Channel.select(clauses), ({ _tag }) => _tag)
    })
    const first = yield* Random.withSeed(choices, "seed")
    const wins = first.filter((tag) => tag === "a").length
    expect(wins).toBeGreaterThan(4_500)
    expect(wins).toBeLessThan(5_500)
    expect(yield* Random.withSeed(choices, "seed")).toEqual(first)
    expect(yield* Random.withSeed(choices, "other")).not.toEqual(first)
  })
)

it.effect("by priority the first of two that are ready wins always [SE-12]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "the second is never chosen")
    const one = yield* Channel.make<number>({ capacity: "unbounded" })
    const two = yield* Channel.make<number>({ capacity: "unbounded" })
    const clauses = { b: Channel.receiving(two.receiver), a: Channel.receiving(one.receiver) }
    for (const i of upTo(10_000)) {
      one.sender.trySendUnsafe(i)
      two.sender.trySendUnsafe(i)
      expect(yield* Channel.select(clauses, { order: "priority" })).toEqual({ _tag: "b", value: i })
    }
  })
)

it.effect("selects that go to `otherwise`, win elsewhere or are cancelled leave nobody in line [SE-13]", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number>()
    const two = yield* Channel.make<number>()
    const clauses = {
      in: Channel.receiving(one.receiver),
      out: Channel.sending(one.sender, 1),
      end: Channel.ended(one.receiver)
    }
    for (const _ of upTo(1000)) yield* Channel.select({ ...clauses, rest: Channel.otherwise })
    for (const i of upTo(100)) {
      const waiting = yield* start(Channel.select({ ...clauses, other: Channel.receiving(two.receiver) }))
      expect(yield* one.receiver.statistics).toMatchObject({ waitingSenders: 1, waitingReceivers: 1 })
      if (i % 2 === 0) yield* Fiber.interrupt(waiting)
      else {
        yield* two.sender.send(i)
        yield* Fiber.join(waiting)
      }
    }
    expect(yield* one.receiver.statistics).toMatchObject({
      waitingSenders: 0,
      waitingReceivers: 0,
      sent: 0,
      undelivered: 0
    })
  })
)

it.effect("a select with no clauses is a defect that says what to add; `otherwise` alone commits [SE-14]", () =>
  Effect.gen(function* () {
    expect(defectOf(yield* Effect.exit(Channel.select({})))).toContain("Add an `ended` clause")
    expect(yield* Channel.select({ rest: Channel.otherwise })).toEqual({ _tag: "rest", value: undefined })
  })
)

it.effect("a select whose channels have all ended is a defect, now or when the last ends during the wait [XE-01]", () =>
  Effect.gen(function* () {
    const [one, two] = yield* three
    const select = Channel.select({ a: Channel.receiving(one.receiver), b: Channel.receiving(two.receiver) })
    const waiting = yield* start(Effect.exit(select))
    yield* one.sender.close
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* two.sender.close
    const defect = defectOf(yield* Fiber.join(waiting))
    expect(defect).toContain("Add an `ended` clause")
    expect(defect).toContain("a, b")
    expect(defectOf(yield* Effect.exit(select))).toBe(defect)
  })
)

it.effect("one selecting loop over ten channels of 100 concurrent sends receives every item [SE-16]", () =>
  Effect.gen(function* () {
    const channels = yield* Effect.forEach(upTo(10), () => Channel.make<number>())
    const sends = yield* start(
      Effect.forEach(
        channels,
        ({ sender }) => Effect.forEach(upTo(100), (i) => sender.send(i + 1), { concurrency: "unbounded" }),
        { concurrency: "unbounded" }
      )
    )
    const clauses = Object.fromEntries(channels.map(({ receiver }, i) => [`c${i}`, Channel.receiving(receiver)]))
    let sum = 0
    for (const _ of upTo(1000)) sum += (yield* Channel.select(clauses)).value
    expect(sum).toBe(10 * 5050)
    yield* Fiber.join(sends)
  })
)

it.effect("one channel under two clauses: neither wins always, ready or waiting [D41]", () =>
  Effect.gen(function* () {
    const wins = { a: 0, b: 0 }
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const clauses = { a: Channel.receiving(receiver), b: Channel.receiving(receiver) }
    for (const i of upTo(400)) {
      const waiting = yield* start(Channel.select(clauses))
      yield* sender.send(i)
      wins[(yield* Fiber.join(waiting))._tag]++
    }
    expect(Math.min(wins.a, wins.b)).toBeGreaterThan(100)
    const written = yield* start(Channel.select(clauses, { order: "priority" }))
    yield* sender.send(0)
    expect((yield* Fiber.join(written))._tag).toBe("a")
  }).pipe(Random.withSeed("same channel twice"))
)

it.effect("a select that both sends to and receives from a channel never commits with itself", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const both = () => Channel.select({ out: Channel.sending(sender, 1), in: Channel.receiving(receiver) })
    const one = yield* start(both())
    yield* quiet
    expect(endOf(one)).toBe("waits")
    const two = yield* start(both())
    const tags = [(yield* Fiber.join(one))._tag, (yield* Fiber.join(two))._tag]
    expect(tags.toSorted()).toEqual(["in", "out"])
  })
)

it.effect("a select cancelled with an item on its way gives it to the next, or back to its place [D38]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const selects = yield* Effect.forEach(upTo(3), () => start(Channel.select({ in: Channel.receiving(receiver) })))
    yield* Effect.sync(() => {
      for (const item of ["a", "b", "c"]) sender.trySendUnsafe(item)
      for (const i of [1, 0, 2]) selects[i]!.interruptUnsafe()
    })
    expect(yield* receiver.receive).toBe("a")
    expect(yield* Channel.select({ in: Channel.receiving(receiver) })).toEqual({ _tag: "in", value: "b" })
    expect(yield* receiver.receive).toBe("c")
  })
)

it.effect("a select in a scope that was cancelled a moment ago takes and sends nothing [D30, D39]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was there before stays")
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 2 })
    yield* sender.send(1)
    for (const clauses of [{ in: Channel.receiving(receiver) }, { out: Channel.sending(sender, 2) }]) {
      const doomed = region(
        Effect.suspend(() => {
          doomed.mark()
          return Channel.select(clauses)
        })
      )
      expect(isCancelled(yield* doomed.run)).toBe(true)
    }
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, received: 0 })
    const empty = yield* Channel.make<number>()
    const doomed = region(Channel.select({ in: Channel.receiving(empty.receiver) }))
    const waiting = yield* start(doomed.run)
    doomed.mark()
    expect(yield* empty.sender.trySend(1)).toBe("full")
    expect(isCancelled(yield* Fiber.join(waiting))).toBe(true)
  })
)

it.effect("a clause that begins with the select is begun once for each select, not once for each look", () =>
  Effect.gen(function* () {
    let begun = 0
    let fire = () => {}
    const clause: Clause<string> = {
      begin: () => {
        begun++
        return clause
      },
      poll: () => "waiting",
      commit: () => Exit.die("not ready"),
      register: (slot) => {
        fire = () => slot.give("fired")
        return { withdraw: () => {} }
      }
    }
    const { receiver } = yield* Channel.make<number>()
    const waiting = yield* start(Channel.select({ clause, in: Channel.receiving(receiver) }))
    fire()
    fire()
    expect(yield* Fiber.join(waiting)).toEqual({ _tag: "clause", value: "fired" })
    expect(begun).toBe(1)
    expect((yield* receiver.statistics).waitingReceivers).toBe(0)
  })
)

it.effect("what a select withdraws when it commits may end a channel, and does not commit a second clause", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number>()
    const two = yield* Channel.make<number>()
    const waiting = yield* start(
      Channel.select({
        out: Channel.sending(one.sender, 1),
        end: Channel.ended(one.receiver),
        other: Channel.receiving(two.receiver)
      })
    )
    // The clause that waits to send keeps the end of its channel from being shown.
    yield* one.sender.close
    yield* two.sender.send(5)
    expect(yield* Fiber.join(waiting)).toEqual({ _tag: "other", value: 5 })
    expect(yield* two.receiver.statistics).toMatchObject({ sent: 1, received: 1 })
    expect(Cause.isDone(yield* Effect.flip(one.receiver.receive))).toBe(true)
  })
)

it.effect("no end is shown between two items of a closed channel, whoever withdraws on the way", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ capacity: 1 })
    yield* sender.send("buffered")
    const twice = yield* start(
      Channel.select({ a: Channel.sending(sender, "by select"), b: Channel.sending(sender, "by select") })
    )
    const end = yield* start(Channel.select({ end: Channel.ended(receiver) }))
    yield* sender.close
    expect(yield* receiver.receive).toBe("buffered")
    yield* Fiber.join(twice)
    yield* quiet
    expect(endOf(end)).toBe("waits")
    expect(yield* receiver.receive).toBe("by select")
    expect((yield* Fiber.join(end))._tag).toBe("end")
  })
)

it.each([
  ["default", undefined],
  ["another", new Scheduler.MixedScheduler()]
])(
  "of eight receives the three that are ready are equally likely, on the %s scheduler [SE-11, S-340]",
  async (_, own) => {
    mayLeave(["items"], "what was not chosen stays")
    const rounds = 3000
    const program = Effect.gen(function* () {
      const channels = yield* Effect.all(
        Array.from({ length: 8 }, () => Channel.make<number>({ capacity: "unbounded" }))
      )
      const ready = [1, 2, 6].map((i) => channels[i]!)
      for (const { sender } of ready) for (let i = 0; i < rounds; i++) yield* sender.send(i)
      const next = Channel.select(
        Object.fromEntries(channels.map(({ receiver }, i) => [`c${i}`, Channel.receiving(receiver)]))
      )
      const won: Record<string, number> = {}
      for (let i = 0; i < rounds; i++) {
        const { _tag } = yield* next
        won[_tag] = (won[_tag] ?? 0) + 1
      }
      return won
    }).pipe(Random.withSeed("lots"))
    const won = await Effect.runPromise(program, own === undefined ? {} : { scheduler: own })
    expect(Object.keys(won).toSorted()).toEqual(["c1", "c2", "c6"])
    // Five times the standard deviation.
    for (const count of Object.values(won)) expect(Math.abs(count - rounds / 3)).toBeLessThan(130)
    expect(await Effect.runPromise(program)).toEqual(won)
  }
)

it("a clause that throws is a defect of the select, which the generator cannot catch [S-340]", async () => {
  const broken: Clause<never> = {
    poll: () => {
      throw new Error("broken")
    },
    commit: () => Exit.die("never"),
    register: () => ({ withdraw: () => {} })
  }
  const exit = await Effect.runPromiseExit(
    Effect.gen(function* () {
      try {
        yield* Channel.select({ broken })
      } catch {
        return "caught"
      }
    })
  )
  expect(defectOf(exit)).toContain("broken")
})
