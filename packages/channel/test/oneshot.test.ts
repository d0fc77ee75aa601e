import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { start } from "./support/running.ts"

/** A oneshot, and what its hook is told. */
const observed = <A>() =>
  Effect.gen(function* () {
    const lost: Array<A> = []
    const onUndelivered = (item: A) => Effect.sync(() => void lost.push(item))
    return { ...(yield* Channel.oneshot<A>({ name: "answer", onUndelivered })), lost }
  })

it.effect("the first send does not wait, and closes it: a second one fails, and its item is reported [XC-04]", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* observed<number>()
    yield* sender.send(1)
    expect(yield* Effect.flip(sender.send(2))).toMatchObject({ channel: "answer", by: "sender" })
    expect(yield* sender.trySend(3)).toBe("closed")
    expect([yield* receiver.receiveOption, yield* receiver.receiveOption]).toEqual([Option.some(1), Option.none()])
    expect(lost).toEqual([2])
    expect(yield* receiver.statistics).toMatchObject({ sent: 2, received: 1, undelivered: 1, senders: 0 })
  })
)

it.effect("a sender that is closed without sending shows the end [XC-04]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.oneshot<number>("answer")
    const waiting = yield* start(Effect.flip(receiver.receive))
    yield* sender.close
    expect(Cause.isDone(yield* Fiber.join(waiting))).toBe(true)
  })
)

it.effect("with the receiver gone the send fails, and its item is reported [XC-04]", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* observed<number>()
    yield* receiver.cancel
    expect(yield* Effect.flip(sender.send(1))).toMatchObject({ channel: "answer", by: "receiver" })
    expect(lost).toEqual([1])
  })
)

it.effect("an item that nobody has read when the receiver goes is reported, and a failed one fails", () =>
  Effect.gen(function* () {
    const { sender, receiver, lost } = yield* observed<number>()
    yield* sender.send(1)
    yield* receiver.cancel
    expect(lost).toEqual([1])
    const failing = yield* Channel.oneshot<number, string>()
    yield* failing.sender.fail("no answer")
    expect(yield* Effect.flip(failing.receiver.receive)).toBe("no answer")
  })
)

it.effect("whoever of several owners sends first closes it for all, by whatever means", () =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const first = yield* Channel.oneshot<string>()
    const clone = yield* Scope.provide(first.sender.clone, scope)
    expect(clone.trySendUnsafe("clone")).toBe("sent")
    expect(yield* Effect.flip(first.sender.send("sender"))).toMatchObject({ by: "sender" })
    yield* Scope.close(scope, Exit.void)
    yield* first.sender.close
    expect([yield* first.receiver.receiveOption, yield* first.receiver.receiveOption]).toEqual([
      Option.some("clone"),
      Option.none()
    ])

    const second = yield* Channel.oneshot<string>()
    const owners = yield* second.sender.split(2)
    yield* Channel.select({ out: Channel.sending(owners[0]!, "clause") })
    expect(yield* owners[1]!.trySend("late")).toBe("closed")
    expect(yield* second.receiver.receive).toBe("clause")

    const third = yield* Channel.oneshot<string>()
    yield* third.sender.use((tx) => tx.send("used"))
    expect([yield* third.receiver.receiveOption, yield* third.receiver.receiveOption]).toEqual([
      Option.some("used"),
      Option.none()
    ])
  })
)

it.effect("to reserve the place counts as the send: others are refused, and a place given back is the end", () =>
  Effect.gen(function* () {
    const used = yield* Channel.oneshot<number>()
    const unused = yield* Channel.oneshot<number>()
    yield* Effect.scoped(
      Effect.gen(function* () {
        const permit = yield* used.sender.reserve
        yield* unused.sender.reserve
        expect(yield* Effect.flip(used.sender.send(2))).toMatchObject({ by: "sender" })
        expect(yield* used.receiver.tryReceive).toEqual({ _tag: "Empty" })
        yield* permit.commit(1)
      })
    )
    expect([yield* used.receiver.receiveOption, yield* used.receiver.receiveOption]).toEqual([
      Option.some(1),
      Option.none()
    ])
    expect(yield* unused.receiver.receiveOption).toEqual(Option.none())
  })
)
