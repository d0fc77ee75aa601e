import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { endOf, quiet, start, upTo } from "./support/running.ts"

it.effect("with nothing ready `otherwise` commits, and the send did not happen [SE-04]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const event = yield* Channel.select({ send: Channel.sending(sender, 1), rest: Channel.otherwise })
    expect(event).toEqual({ _tag: "rest", value: undefined })
    expect(yield* receiver.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect("with something ready `otherwise` never commits [SE-05]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: "unbounded" })
    for (const i of upTo(1000)) {
      yield* sender.send(i)
      const event = yield* Channel.select({ rest: Channel.otherwise, item: Channel.receiving(receiver) })
      expect(event).toEqual({ _tag: "item", value: i })
    }
  })
)

it.effect("receiving from an ended channel is never ready, `ended` is, and a buffered item comes first [SE-08]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    yield* sender.send(1)
    yield* sender.close
    const clauses = { item: Channel.receiving(receiver), end: Channel.ended(receiver) }
    expect(yield* Channel.select(clauses)).toEqual({ _tag: "item", value: 1 })
    for (const _ of upTo(20)) expect((yield* Channel.select(clauses))._tag).toBe("end")
  })
)

it.effect("a waiting select sees the end through `ended`, also when the last item goes to another", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting = yield* start(Channel.select({ end: Channel.ended(receiver) }))
    const blocked = yield* start(sender.send(1))
    yield* sender.close
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* receiver.receive
    expect(yield* Fiber.join(waiting)).toEqual({ _tag: "end", value: undefined })
    yield* Fiber.join(blocked)
  })
)

it.effect("a waiting select sees the end when the last send in line is cancelled", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const waiting = yield* start(Channel.select({ end: Channel.ended(receiver) }))
    const blocked = yield* start(sender.send(1))
    yield* sender.close
    yield* Fiber.interrupt(blocked)
    expect((yield* Fiber.join(waiting))._tag).toBe("end")
  })
)

it.effect("a send clause on a closed channel fails with ChannelClosed, at once and while it waits [SE-09]", () =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    const { sender, receiver } = yield* Channel.make<number>({
      name: "jobs",
      onUndelivered: (item) => Effect.sync(() => void lost.push(item))
    })
    const select = Channel.select({ send: Channel.sending(sender, 1) })
    const waiting = yield* start(Effect.flip(select))
    yield* receiver.cancel
    expect(yield* Fiber.join(waiting)).toMatchObject({ channel: "jobs", by: "receiver" })
    expect(yield* Effect.flip(select)).toMatchObject({ by: "receiver" })
    yield* sender.close
    expect(yield* Effect.flip(select)).toMatchObject({ by: "sender" })
    expect(lost).toEqual([])
  })
)

it.effect("a select fails with what one of its channels was failed with", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number, string>()
    const select = Channel.select({ in: Channel.receiving(one.receiver) })
    const waiting = yield* start(Effect.flip(select))
    yield* one.sender.fail("broken")
    expect(yield* Fiber.join(waiting)).toBe("broken")
    expect(yield* Effect.flip(select)).toBe("broken")
    expect(yield* Effect.flip(Channel.select({ end: Channel.ended(one.receiver) }))).toBe("broken")
  })
)

it.effect("a loop of selects sees three items and two ends, each end once [XE-01]", () =>
  Effect.gen(function* () {
    const a = yield* Channel.make<number>({ capacity: 2 })
    const b = yield* Channel.make<number>({ capacity: 2 })
    yield* a.sender.use((tx) => tx.send(1))
    yield* b.sender.use((tx) => Effect.andThen(tx.send(2), tx.send(3)))
    const open = { a: true, b: true }
    const seen: Array<unknown> = []
    while (open.a || open.b) {
      const event = yield* Channel.select({
        a: Channel.receiving(a.receiver),
        b: Channel.receiving(b.receiver),
        aEnded: Channel.when(open.a, () => Channel.ended(a.receiver)),
        bEnded: Channel.when(open.b, () => Channel.ended(b.receiver))
      })
      if (event._tag === "aEnded") open.a = false
      if (event._tag === "bEnded") open.b = false
      seen.push(event.value ?? event._tag)
    }
    expect(seen.map(String).toSorted()).toEqual(["1", "2", "3", "aEnded", "bEnded"])
  })
)

it.effect("a sending clause finds no room where a permit is held, and waits for it", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 1 })
    const scope = yield* Scope.make()
    const permit = yield* Scope.provide(sender.reserve, scope)
    const out = { out: Channel.sending(sender, 2) }
    expect((yield* Channel.select({ ...out, rest: Channel.otherwise }))._tag).toBe("rest")
    const selecting = yield* start(Channel.select(out))
    yield* permit.commit(1)
    yield* Scope.close(scope, Exit.void)
    yield* quiet
    expect(endOf(selecting)).toBe("waits")
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([1, 2])
    expect((yield* Fiber.join(selecting))._tag).toBe("out")
  })
)
