import { Effect, Exit } from "effect"
import { Channel, TaskGroup, Timeout } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import { range, taken } from "./channelWords.ts"

const numbers = (capacity: number) => Channel.make<number>({ capacity })

/** What a select chose, as a plain pair. */
const chosen = ({ _tag, value }: { readonly _tag: PropertyKey; readonly value: unknown }) => [_tag, value]

export const select: ReadonlyArray<Scenario> = [
  scenario("SE-01", "the one receive that is ready commits, and the others keep their items", function* (t) {
    const [a, b, c] = [yield* numbers(1), yield* numbers(1), yield* numbers(1)]
    const clauses = {
      a: Channel.receiving(a.receiver),
      b: Channel.receiving(b.receiver),
      c: Channel.receiving(c.receiver)
    }
    yield* b.sender.send(2)
    t.equal(chosen(yield* Channel.select(clauses)), ["b", 2])
    yield* a.sender.send(10)
    yield* b.sender.send(20)
    yield* c.sender.send(30)
    const { _tag, value } = yield* Channel.select(clauses)
    t.equal(value, { a: 10, b: 20, c: 30 }[_tag])
    const left = [yield* a.receiver.tryReceive, yield* b.receiver.tryReceive, yield* c.receiver.tryReceive].map(taken)
    t.sameMembers([...left, value], [10, 20, 30, "Empty"])
  }),

  scenario("SE-02", "a send clause commits to a waiting receiver, and the other channel gets nothing", function* (t) {
    const [a, b] = [yield* numbers(0), yield* numbers(0)]
    yield* TaskGroup.run("main", function* (group) {
      const waiting = yield* group.spawn(b.receiver.receive)
      yield* t.untilQuiet
      const clauses = { a: Channel.sending(a.sender, 1), b: Channel.sending(b.sender, 2) }
      t.equal((yield* Channel.select(clauses))._tag, "b")
      t.equal(yield* waiting.join, 2)
      t.equal(taken(yield* a.receiver.tryReceive), "Empty")
    })
  }),

  scenario("SE-03", "a select over a send and a receive takes whichever has a peer", function* (t) {
    const [a, b] = [yield* numbers(0), yield* numbers(0)]
    const either = Channel.select({ sent: Channel.sending(a.sender, 1), received: Channel.receiving(b.receiver) })
    yield* TaskGroup.run("main", function* (group) {
      const receiver = yield* group.spawn(a.receiver.receive)
      yield* t.untilQuiet
      t.equal((yield* either)._tag, "sent")
      t.equal(yield* receiver.join, 1)
      const sender = yield* group.spawn(b.sender.send(2))
      yield* t.untilQuiet
      t.equal(chosen(yield* either), ["received", 2])
      yield* sender.join
    })
  }),

  scenario("SE-04", "with nothing ready otherwise wins, and the send did not happen", function* (t) {
    const { receiver, sender } = yield* numbers(0)
    const clauses = { send: Channel.sending(sender, 1), receive: Channel.receiving(receiver), idle: Channel.otherwise }
    t.equal((yield* Channel.select(clauses))._tag, "idle")
    t.equal(taken(yield* receiver.tryReceive), "Empty")
  }),

  scenario("SE-05", "with something ready otherwise never wins", function* (t) {
    const { receiver, sender } = yield* numbers(1)
    for (const item of range(100)) {
      yield* sender.send(item)
      const clauses = { idle: Channel.otherwise, item: Channel.receiving(receiver) }
      t.equal(chosen(yield* Channel.select(clauses)), ["item", item])
    }
  }),

  scenario(
    "SE-06",
    "a select with nothing ready waits for one item, and then is over for all its channels",
    function* (t) {
      const [a, b] = [yield* numbers(0), yield* numbers(1)]
      yield* TaskGroup.run("main", function* (group) {
        const clauses = { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }
        const selecting = yield* group.spawn(Channel.select(clauses))
        yield* t.untilQuiet
        t.equal(yield* selecting.status, "running")
        yield* a.sender.send(1)
        t.equal(yield* b.sender.trySend(2), "sent")
        t.equal(yield* a.sender.trySend(3), "full")
        t.equal(chosen(yield* selecting.join), ["a", 1])
        t.equal(taken(yield* b.receiver.tryReceive), 2)
      })
      t.isAt(0)
    }
  ),

  scenario("SE-07", "the earliest of several timers of a select wins, and leaves none armed", function* (t) {
    const slow = { a: Timeout.after(1000), b: Timeout.after(100), c: Timeout.after(500) }
    t.equal((yield* Channel.select(slow))._tag, "b")
    t.isAt(100)
    t.equal(t.timers, 0, "timers")
    for (const length of [0, -5]) {
      t.equal((yield* Channel.select({ slow: Timeout.after(1000), spent: Timeout.after(length) }))._tag, "spent")
      t.isAt(100)
    }
    t.equal(t.timers, 0, "timers")
  }),

  scenario("SE-08", "an ended channel is ready for ended, not for receiving, once its items are out", function* (t) {
    const { receiver, sender } = yield* numbers(1)
    yield* sender.send(1)
    yield* sender.close
    const clauses = { item: Channel.receiving(receiver), end: Channel.ended(receiver) }
    t.equal(chosen(yield* Channel.select(clauses)), ["item", 1])
    for (const _ of range(20)) t.equal((yield* Channel.select(clauses))._tag, "end")
    const idle = { item: Channel.receiving(receiver), idle: Channel.otherwise }
    t.equal((yield* Channel.select(idle))._tag, "idle")
    const rendezvous = yield* numbers(0)
    const waiting = yield* t.start(rendezvous.sender.send(2))
    yield* rendezvous.sender.close
    const both = { end: Channel.ended(rendezvous.receiver), item: Channel.receiving(rendezvous.receiver) }
    t.equal(chosen(yield* Channel.select(both)), ["item", 2])
    t.equal((yield* t.endOf(waiting)).exit._tag, "Success")
    t.equal((yield* Channel.select(both))._tag, "end")
  }),

  scenario("SE-09", "a send clause on a closed channel fails with ChannelClosed", function* (t) {
    const [open, closed] = [yield* numbers(0), yield* numbers(1)]
    yield* closed.sender.close
    const clauses = { send: Channel.sending(closed.sender, 1), receive: Channel.receiving(open.receiver) }
    const error = t.failsWith(yield* t.ended(Channel.select(clauses)), Channel.ChannelClosed)
    t.equal(error.by, "sender")
  }),

  scenario("SE-10", "the end of a task is ready once it has come, and a select cancels no task", function* (t) {
    yield* TaskGroup.run("main", function* (group) {
      const quick = yield* group.spawn(Effect.as(Effect.sleep(100), "quick"))
      const slow = yield* group.spawn(Effect.as(Effect.sleep(300), "slow"))
      const first = yield* Channel.select({ slow: slow.ended, quick: quick.ended })
      t.equal(chosen(first), ["quick", Exit.succeed("quick")])
      t.isAt(100)
      t.equal((yield* Channel.select({ slow: slow.ended, quick: quick.ended }))._tag, "quick")
      t.isAt(100)
      t.equal((yield* Channel.select({ slow: slow.ended, late: Timeout.after(50) }))._tag, "late")
      t.equal(yield* slow.status, "running")
      t.equal(chosen(yield* Channel.select({ slow: slow.ended })), ["slow", Exit.succeed("slow")])
      t.isAt(300)
    })
  }),

  scenario("SE-16", "one selecting loop receives everything that ten channels are sent", function* (t) {
    const channels: Array<Channel.Channel<number>> = []
    for (const _ of range(10)) channels.push(yield* numbers(0))
    const clauses = Object.fromEntries(channels.map(({ receiver }, i) => [`from${i}`, Channel.receiving(receiver)]))
    const sum = yield* TaskGroup.run("main", function* (group) {
      for (const { sender } of channels) {
        for (const item of range(100)) yield* group.spawn(sender.send(item + 1))
      }
      let total = 0
      for (const _ of range(1000)) total += (yield* Channel.select(clauses)).value
      return total
    })
    t.equal(sum, 10 * 5050)
  })
]
