import { Cause, Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { randomFrom } from "../harness/randomFrom.ts"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"
import type { Ended, Trial } from "../harness/Trial.ts"
import { range, taken } from "./channelWords.ts"

const capacities = range(21)

/** The receive ended with `Done`. */
const endsDone = (t: Trial, ended: Ended<unknown, unknown>) => {
  const reasons = ended.exit._tag === "Failure" ? ended.exit.cause.reasons : []
  t.equal(
    reasons.map((reason) => reason._tag === "Fail" && Cause.isDone(reason.error)),
    [true],
    "ends with Done"
  )
}

export const channelCapacity: ReadonlyArray<Scenario> = [
  scenario(
    "CH-01",
    "a channel takes as many items as its capacity without a receiver, and gives them in order",
    function* (t) {
      const { receiver, sender } = yield* Channel.make<number>({ capacity: 2 })
      t.equal(yield* sender.trySend(1), "sent")
      yield* sender.send(2)
      t.equal(yield* sender.trySend(3), "full")
      t.equal(yield* receiver.receive, 1)
      t.equal(taken(yield* receiver.tryReceive), 2)
      t.equal(taken(yield* receiver.tryReceive), "Empty")
      t.isAt(0)
    }
  ),

  scenario("CH-02", "a capacity that is no whole number from 0 up is a defect that names it", function* (t) {
    for (const capacity of [-1, 1.5, NaN]) {
      const ended = yield* t.ended(Effect.suspend(() => Channel.make<number>({ capacity })))
      t.check(t.diesOf(ended, Error).message.includes("capacity"), `${capacity}: the message names the argument`)
    }
  }),

  scenario(
    "CH-03",
    "items come out in the order they went in, and receivers are served in the order they came",
    function* (t) {
      const buffered = yield* Channel.make<number>({ capacity: 10 })
      for (const item of range(10)) yield* buffered.sender.send(item)
      const items: Array<number> = []
      for (const _ of range(10)) items.push(yield* buffered.receiver.receive)
      t.equal(items, range(10))
      const rendezvous = yield* Channel.make<number>({ capacity: 0 })
      const served = yield* TaskGroup.run("receivers", function* (group) {
        const tasks: Array<TaskGroup.Task<number, unknown>> = []
        for (const _ of range(10)) {
          tasks.push(yield* group.spawn(rendezvous.receiver.receive))
          yield* t.untilQuiet
        }
        for (const item of range(10)) yield* rendezvous.sender.send(item)
        const got: Array<number> = []
        for (const task of tasks) got.push(yield* task.join)
        return got
      })
      t.equal(served, range(10))
    }
  ),

  scenario("CH-04", "a receive on an empty channel waits, whatever the capacity", function* (t) {
    for (const capacity of capacities) {
      const { receiver, sender } = yield* Channel.make<string>({ capacity })
      const items = yield* TaskGroup.run("receivers", function* (group) {
        const first = yield* group.spawn(receiver.receive)
        const second = yield* group.spawn(receiver.receive)
        yield* t.untilQuiet
        t.equal([yield* first.status, yield* second.status], ["running", "running"], `capacity ${capacity}`)
        t.equal(taken(yield* receiver.tryReceive), "Empty")
        yield* sender.send("a")
        yield* sender.send("b")
        return [yield* first.join, yield* second.join]
      })
      t.equal(items, ["a", "b"])
    }
    t.isAt(0)
  }),

  scenario("CH-05", "a send on a full channel waits for one receive, whatever the capacity", function* (t) {
    for (const capacity of capacities) {
      const { receiver, sender } = yield* Channel.make<number>({ capacity })
      yield* TaskGroup.run("sender", function* (group) {
        for (const item of range(capacity)) yield* sender.send(item)
        const waiting = yield* group.spawn(sender.send(capacity))
        yield* t.untilQuiet
        t.equal([yield* waiting.status, yield* sender.trySend(-1)], ["running", "full"], `capacity ${capacity}`)
        t.equal(yield* receiver.receive, 0)
        yield* t.untilQuiet
        t.equal(yield* waiting.status, "succeeded", `capacity ${capacity}`)
      })
    }
    t.isAt(0)
  }),

  scenario("CH-06", "a closed channel gives what is buffered, then Done again and again", function* (t) {
    for (const capacity of capacities) {
      const { receiver, sender } = yield* Channel.make<number>({ capacity })
      for (const item of range(capacity)) yield* sender.send(item)
      yield* sender.close
      for (const item of range(capacity)) t.equal(yield* receiver.receive, item)
      for (const _ of range(3)) endsDone(t, yield* t.ended(receiver.receive))
      t.equal(taken(yield* receiver.tryReceive), "Ended")
    }
  }),

  scenario("CH-07", "closing wakes a waiting receiver with Done", function* (t) {
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 1 })
    const waiting = yield* t.start(receiver.receive)
    yield* t.at(10)
    yield* sender.close
    const ended = yield* t.endOf(waiting)
    endsDone(t, ended)
    t.equal(ended.at, 10)
  }),

  inAnyOrder("CH-08", "four senders and four receivers lose and double nothing, whatever the capacity", function* (t) {
    const count = 1000
    const capacity = capacities[Math.floor(randomFrom(t.seed)() * capacities.length)]!
    const { receiver, sender } = yield* Channel.make<number>({ capacity })
    const seen = Array.from({ length: count }, () => 0)
    yield* TaskGroup.run("traffic", function* (group) {
      const senders = yield* TaskGroup.run("senders", function* (sending) {
        for (const _ of range(4)) {
          yield* group.spawn(receiver.forEach((item) => Effect.sync(() => void seen[item]!++)))
          yield* sending.spawn(Effect.forEach(range(count), (item) => sender.send(item), { discard: true }))
        }
      })
      yield* sender.close
      return senders
    })
    t.check(
      seen.every((times) => times === 4),
      `capacity ${capacity}: each value comes four times`
    )
  }),

  scenario(
    "CH-31",
    "a pipeline gives its consumer every item in order and then ends, whatever the capacity",
    function* (t) {
      for (const capacity of [0, 1, 2, 7, 20, "unbounded"] as const) {
        const { receiver, sender } = yield* Channel.make<number>({ capacity })
        const items: Array<number> = []
        const ended = yield* t.ended(
          TaskGroup.run("pipeline", function* (group) {
            yield* group.spawn(receiver.forEach((item) => Effect.sync(() => void items.push(item))))
            for (const item of range(20)) yield* sender.send(item)
            yield* sender.close
          })
        )
        t.equal([ended.exit._tag, items], ["Success", range(20)], `capacity ${capacity}`)
      }
    }
  )
]
