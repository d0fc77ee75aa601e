import { Effect, Option } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

export const channelHandles: ReadonlyArray<Scenario> = [
  scenario("CH-16", "a channel ends when the last of its producers has closed its clone", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 0 })
    const items: Array<number> = []
    const ended = yield* t.ended(
      TaskGroup.run("producers", function* (group) {
        for (const i of range(10)) {
          const own = yield* sender.clone
          const produce = Effect.forEach([3 * i, 3 * i + 1, 3 * i + 2], (item) => own.send(item), { discard: true })
          yield* group.spawn(Effect.andThen(produce, own.close))
        }
        yield* sender.close
        yield* receiver.forEach((item) => Effect.sync(() => void items.push(item)))
      })
    )
    t.equal(ended.exit._tag, "Success")
    t.equal(
      items.toSorted((a, b) => a - b),
      range(30)
    )
  }),

  scenario(
    "CH-17",
    "consumers share a channel: each item goes to one, each gets some, all loops end on close",
    function* (t) {
      const { receiver, sender } = yield* t.channel<number>({ capacity: 1 })
      const got: Array<Array<number>> = range(5).map(() => [])
      const ended = yield* t.ended(
        TaskGroup.run("consumers", function* (group) {
          for (const i of range(5))
            yield* group.spawn(receiver.forEach((item) => Effect.sync(() => void got[i]!.push(item))))
          yield* t.untilQuiet
          for (const item of range(10)) yield* sender.send(item)
          yield* sender.close
        })
      )
      t.equal(ended.exit._tag, "Success")
      t.sameMembers(got.flat(), range(10))
      t.check(
        got.every((items) => items.length > 0),
        `every consumer gets at least one: ${JSON.stringify(got)}`
      )
    }
  ),

  scenario(
    "CH-18",
    "closing one of two clones leaves waiting sends in line, and ends nothing until the other is closed",
    function* (t) {
      const { receiver, sender } = yield* t.channel<string>({ capacity: 0 })
      yield* TaskGroup.run("main", function* (group) {
        const other = yield* sender.clone
        const first = yield* group.spawn(sender.send("first"))
        yield* t.untilQuiet
        const second = yield* group.spawn(other.send("second"))
        yield* t.untilQuiet
        yield* sender.close
        t.equal(
          [yield* receiver.receiveOption, yield* receiver.receiveOption],
          [Option.some("first"), Option.some("second")]
        )
        yield* first.join
        yield* second.join
        t.failsWith(yield* t.ended(sender.send("third")), Channel.ChannelClosed)
        const last = yield* group.spawn(receiver.receiveOption)
        yield* t.untilQuiet
        t.equal(yield* last.status, "running", "the receive before the other clone is closed")
        yield* other.close
        t.equal(yield* last.join, Option.none())
      })
    }
  )
]
