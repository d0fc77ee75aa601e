import { Effect, Stream } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { Fail, fail } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"
import { range, taken } from "./channelWords.ts"

/** A channel that logs what nobody received. */
const reporting = (t: Trial, capacity: number) =>
  t.channel<number>({ capacity, onUndelivered: (item) => t.log(`undelivered ${item}`) })

const isOpen = (sender: Channel.Sender<number>) => Effect.map(sender.trySend(0), (answer) => answer !== "closed")

export const channelEnds: ReadonlyArray<Scenario> = [
  scenario("CH-12", "a failed channel gives what is buffered, and then its error for ever", function* (t) {
    const { receiver, sender } = yield* t.channel<number, string>({ capacity: 2 })
    yield* sender.send(1)
    yield* sender.send(2)
    yield* sender.fail("e")
    t.equal([yield* receiver.receive, yield* receiver.receive], [1, 2])
    for (const _ of range(3)) t.ends(yield* t.ended(receiver.receive), fail(Fail("e")))
  }),

  scenario(
    "CH-13",
    "when the last receiver gives up, waiting and later sends fail and what is left is gone",
    function* (t) {
      const { receiver, sender } = yield* t.channel<number>({ capacity: 3 })
      for (const item of range(3)) yield* sender.send(item)
      const waiting = [yield* t.start(sender.send(3)), yield* t.start(sender.send(4))]
      yield* t.untilQuiet
      yield* receiver.cancel
      for (const fiber of waiting) {
        t.equal(t.failsWith(yield* t.endOf(fiber), Channel.ChannelClosed, 0).by, "receiver")
      }
      t.equal(t.failsWith(yield* t.ended(sender.send(5)), Channel.ChannelClosed, 0).by, "receiver")
      t.equal((yield* receiver.statistics).buffered, 0)
    }
  ),

  scenario("CH-15", "a trySend that sent nothing reports nothing as undelivered", function* (t) {
    const { receiver, sender } = yield* reporting(t, 1)
    yield* sender.send(1)
    t.equal(yield* sender.trySend(2), "full")
    t.equal(yield* receiver.receive, 1)
    yield* receiver.cancel
    t.equal(yield* sender.trySend(3), "closed")
    t.logged()
  }),

  scenario("CH-19", "a channel ends for its senders when the last of its receive handles is cancelled", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 3 })
    yield* TaskGroup.run("clones", function* () {
      const clones = [yield* receiver.clone, yield* receiver.clone]
      yield* clones[0]!.cancel
      yield* receiver.cancel
      yield* sender.send(1)
      t.equal(yield* clones[1]!.receive, 1)
      t.diesOf(yield* t.ended(Effect.scoped(receiver.clone)), Error)
      yield* clones[1]!.cancel
      t.equal(t.failsWith(yield* t.ended(sender.send(2)), Channel.ChannelClosed).by, "receiver")
    })
    yield* sender.close
    t.diesOf(yield* t.ended(Effect.scoped(sender.clone)), Error)
  }),

  scenario(
    "CH-25",
    "statistics count what is buffered, who waits and which handles are open, and keep the mark",
    function* (t) {
      const { receiver, sender } = yield* t.channel<number>({ capacity: 2 })
      const counts = Effect.map(receiver.statistics, (now) => [
        [now.capacity, now.buffered, now.peak],
        [now.waitingSenders, now.waitingReceivers],
        [now.senders, now.receivers]
      ])
      yield* TaskGroup.run("main", function* (group) {
        const own = yield* sender.clone
        const receiving = yield* group.spawn(receiver.receiveOption)
        yield* t.untilQuiet
        t.equal(yield* counts, [
          [2, 0, 0],
          [0, 1],
          [2, 1]
        ])
        yield* receiving.cancelAndWait()
        for (const item of range(2)) yield* own.send(item)
        const sending = [yield* group.spawn(sender.send(2)), yield* group.spawn(sender.send(3))]
        yield* t.untilQuiet
        t.equal(yield* counts, [
          [2, 2, 2],
          [2, 0],
          [2, 1]
        ])
        for (const task of sending) yield* task.cancelAndWait()
        for (const item of range(2)) t.equal(yield* receiver.receive, item)
        yield* own.close
        t.equal(yield* counts, [
          [2, 0, 2],
          [0, 0],
          [1, 1]
        ])
      })
    }
  ),

  scenario(
    "CH-29",
    "receiver.use cancels its handle on any exit, and leaving an iteration early leaves it open",
    function* (t) {
      const open: Array<boolean> = []
      const full = Effect.gen(function* () {
        const made = yield* t.channel<number>({ capacity: 4 })
        for (const item of range(3)) yield* made.sender.send(item)
        return made
      })
      const [ended, failed, cut] = [yield* full, yield* full, yield* full]
      yield* ended.receiver.use((receiver) => receiver.receive)
      yield* t.ended(failed.receiver.use(() => Effect.fail("x")))
      yield* t.cancelledAt(
        10,
        cut.receiver.use(() => Effect.never)
      )
      for (const { sender } of [ended, failed, cut]) open.push(yield* isOpen(sender))
      t.equal(open, [false, false, false], "open after use")
      const [streamed, iterated] = [yield* full, yield* full]
      t.equal(yield* Stream.runCollect(Stream.take(streamed.receiver.stream, 1)), [0])
      yield* Effect.promise(async () => {
        for await (const item of iterated.receiver) {
          t.equal(item, 0)
          break
        }
      })
      for (const { receiver, sender } of [streamed, iterated]) {
        t.equal(yield* isOpen(sender), true, "open after an iteration")
        t.equal(taken(yield* receiver.tryReceive), 1)
      }
    }
  ),

  scenario("XC-07", "what a stream leaves is reported by use, or stays for others", function* (t) {
    const full = Effect.gen(function* () {
      const made = yield* reporting(t, 5)
      for (const item of range(5)) yield* made.sender.send(item)
      return made
    })
    const left = (receiver: Channel.Receiver<number>) =>
      Effect.map(Effect.all([receiver.tryReceive, receiver.tryReceive, receiver.tryReceive]), (items) =>
        items.map(taken)
      )
    const two = (receiver: Channel.Receiver<number>) => Stream.runCollect(Stream.take(receiver.stream, 2))
    const alone = yield* full
    t.equal(yield* alone.receiver.use(two), [0, 1])
    t.equal(yield* alone.sender.trySend(5), "closed")
    t.logged("undelivered 2", "undelivered 3", "undelivered 4")
    t.entries.length = 0
    const shared = yield* full
    yield* TaskGroup.run("clone", function* () {
      const clone = yield* shared.receiver.clone
      t.equal(yield* shared.receiver.use(two), [0, 1])
      t.equal(yield* left(clone), [2, 3, 4])
    })
    const bare = yield* full
    t.equal(yield* two(bare.receiver), [0, 1])
    t.equal(yield* left(bare.receiver), [2, 3, 4])
    const iterated = yield* full
    yield* Effect.promise(async () => {
      for await (const item of iterated.receiver) if (item === 1) break
    })
    t.equal(yield* left(iterated.receiver), [2, 3, 4])
    t.logged()
  }),

  scenario("SE-13", "selects that go to otherwise leave nobody waiting", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 0 })
    const clauses = { in: Channel.receiving(receiver), out: Channel.sending(sender, 1), idle: Channel.otherwise }
    for (const _ of range(1000)) t.equal((yield* Channel.select(clauses))._tag, "idle")
    const { waitingReceivers, waitingSenders } = yield* receiver.statistics
    t.equal([waitingReceivers, waitingSenders], [0, 0], "waiting")
    t.equal(yield* sender.trySend(1), "full")
  })
]
