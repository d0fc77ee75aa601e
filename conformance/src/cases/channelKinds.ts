import { Cause, Effect, Option } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

export const channelKinds: ReadonlyArray<Scenario> = [
  scenario("CH-28", "a channel that keeps the latest gives the last one sent, once, also after close", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1, overflow: "dropOldest" })
    for (const item of [1, 2, 3]) yield* sender.send(item)
    t.equal(yield* receiver.receive, 3)
    yield* sender.send(4)
    yield* sender.close
    t.equal(yield* receiver.receive, 4)
    t.check(Cause.isDone(yield* Effect.flip(receiver.receive)), "after the last value: Done")
  }),

  scenario("CH-30", "a producer's end, failure and consumer are those of its channel", function* (t) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const items: Array<number> = []
        const ending = yield* Channel.produce("ending", function* (tx: Channel.Sender<number>) {
          for (const item of range(3)) yield* tx.send(item)
        })
        yield* ending.forEach((item) => Effect.sync(() => void items.push(item)))
        t.equal(items, [0, 1, 2])

        const failing = yield* Channel.produce("failing", (tx: Channel.Sender<number>) =>
          Effect.andThen(tx.send(1), Effect.fail("e"))
        )
        t.equal(yield* failing.receive, 1)
        t.equal([yield* Effect.flip(failing.receive), yield* Effect.flip(failing.receive)], ["e", "e"])

        const stopped = yield* Channel.produce("stopped", (tx: Channel.Sender<number>) =>
          t.onCancel(Effect.forever(tx.send(1)), () => t.log("cleanup"))
        )
        t.equal(yield* stopped.receive, 1)
        yield* stopped.cancel
        yield* t.untilQuiet
        t.logged("cleanup")
      })
    )
  }),

  scenario("CH-32", "a slow reader that skips is told how many it missed, and another misses nothing", function* (t) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const news = yield* Channel.broadcast<string>("news")
        const slow = yield* news.subscribe({ capacity: 2, onLag: "skip" })
        const other = yield* news.subscribe({ capacity: 3, onLag: "skip" })
        for (const item of ["one", "two", "three"]) yield* news.send(item)
        t.equal((yield* slow.statistics).missed, 1, "missed by the slow one")
        t.equal([yield* slow.receive, yield* slow.receive], ["two", "three"])
        t.equal((yield* other.statistics).missed, 0, "missed by the other")
        t.equal([yield* other.receive, yield* other.receive, yield* other.receive], ["one", "two", "three"])
      })
    )
  }),

  scenario("XC-03", "a reader of a watch reads the latest, waits for the next, and sees the end", function* (t) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const level = yield* Channel.watch(0)
        const levels = t.books.reader(yield* level.subscribe)
        t.equal(yield* levels.receive, 0)
        for (const value of [1, 2, 3]) yield* level.set(value)
        t.equal(yield* levels.receive, 3)
        yield* TaskGroup.run("main", function* (group) {
          const next = yield* group.spawn(levels.receive)
          yield* t.untilQuiet
          t.equal(yield* next.status, "running", "the receive of a value that was read")
          yield* level.set(3)
          t.equal(yield* next.join, 3, "an equal value")
          const last = yield* group.spawn(Effect.flip(levels.receive))
          yield* t.untilQuiet
          t.equal(yield* last.status, "running", "the receive before the end")
          yield* level.close
          t.check(Cause.isDone(yield* last.join), "after the close: Done")
        })
      })
    )
  }),

  scenario("XC-04", "a oneshot takes one item, or shows the end, or reports the item", function* (t) {
    const lost: Array<number> = []
    const onUndelivered = (item: number) => Effect.sync(() => void lost.push(item))
    const used = yield* Channel.oneshot<number>({ onUndelivered })
    t.books.reader(used.receiver)
    yield* used.sender.send(1)
    const second = t.failsWith(yield* t.ended(used.sender.send(2)), Channel.ChannelClosed)
    t.equal(second.by, "sender")
    t.equal([yield* used.receiver.receiveOption, yield* used.receiver.receiveOption], [Option.some(1), Option.none()])

    const closed = yield* Channel.oneshot<number>()
    yield* closed.sender.close
    t.check(Cause.isDone(yield* Effect.flip(closed.receiver.receive)), "closed without sending: Done")

    lost.length = 0
    const gone = yield* Channel.oneshot<number>({ onUndelivered })
    t.books.reader(gone.receiver)
    yield* gone.receiver.cancel
    const refused = t.failsWith(yield* t.ended(gone.sender.send(3)), Channel.ChannelClosed)
    t.equal([refused.by, lost], ["receiver", [3]])
  }),

  scenario("XC-05", "ticks that a busy reader has missed are one, and the next come in time", function* (t) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const begun = t.now
        const ticks = t.books.reader(yield* Channel.ticker(100))
        yield* Effect.sleep(350)
        const times: Array<number> = []
        for (const _ of range(3)) {
          yield* ticks.receive
          times.push(t.now - begun)
        }
        t.equal(times, [350, 400, 500])
      })
    )
    t.equal(t.timers, 0, "timers after the scope")
  }),

  scenario("XC-06", "a publish waits for the slowest reader, until that one has room or leaves", function* (t) {
    const got: ReadonlyArray<Array<number>> = [[], []]
    const published: Array<number> = []
    yield* TaskGroup.run("readers", function* (group) {
      const news = yield* Channel.broadcast<number>("news")
      for (const [index, pause] of [Effect.void, Effect.sleep(100)].entries()) {
        const inbox = t.books.reader(yield* news.subscribe({ capacity: 1, onLag: "wait" }))
        yield* group.spawn(
          inbox.forEach((item) => {
            got[index]!.push(item)
            return pause
          })
        )
      }
      yield* t.untilQuiet
      const begun = t.now
      for (const item of [1, 2, 3]) {
        yield* news.send(item)
        published.push(t.now - begun)
      }
      yield* news.close
    })
    t.equal(published, [0, 0, 100])
    t.equal(got, [
      [1, 2, 3],
      [1, 2, 3]
    ])

    yield* TaskGroup.run("one who leaves", function* (group) {
      const news = yield* Channel.broadcast<number>("news")
      const stuck = t.books.reader(yield* news.subscribe({ capacity: 1, onLag: "wait" }))
      yield* news.send(1)
      const waiting = yield* group.spawn(news.send(2))
      yield* t.untilQuiet
      t.equal(yield* waiting.status, "running", "the publish that waits")
      yield* stuck.cancel
      yield* t.untilQuiet
      t.equal(yield* waiting.status, "succeeded", "the publish when the reader has left")
    })
  })
]
