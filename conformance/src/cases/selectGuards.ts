import { Effect, Option } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

const numbers = (capacity: number) => Channel.make<number>({ capacity })

export const selectGuards: ReadonlyArray<Scenario> = [
  scenario("SE-15", "a clause that is off is never chosen, and its value is not evaluated", function* (t) {
    const [off, on] = [yield* numbers(10), yield* numbers(10)]
    let evaluated = 0
    for (const item of range(10)) {
      const event = yield* Channel.select({
        off: Channel.when(false, () => Channel.sending(off.sender, ++evaluated)),
        none: Channel.sendingOption(off.sender, Option.none()),
        on: Channel.when(true, () => Channel.sending(on.sender, item))
      })
      t.equal(event._tag, "on")
    }
    t.equal(evaluated, 0, "how often the value was evaluated")
    t.equal((yield* off.receiver.statistics).sent, 0)
    t.equal((yield* on.receiver.statistics).sent, 10)
  }),

  inAnyOrder("SE-17", "two single results are joined, whichever comes first", function* (t) {
    const channels = { a: yield* numbers(0), b: yield* numbers(0) }
    const got: Partial<Record<"a" | "b", number>> = {}
    yield* TaskGroup.run("main", function* (group) {
      // Others that are ready at the same time, so that the seeds show many orders.
      for (const _ of range(5)) yield* group.spawn(Effect.yieldNow)
      yield* group.spawn(channels.a.sender.use((tx) => tx.send(1)))
      yield* group.spawn(channels.b.sender.use((tx) => tx.send(2)))
      while (got.a === undefined || got.b === undefined) {
        const event = yield* Channel.select({
          a: Channel.when(got.a === undefined, () => Channel.receiving(channels.a.receiver)),
          b: Channel.when(got.b === undefined, () => Channel.receiving(channels.b.receiver))
        })
        t.equal(got[event._tag], undefined, "what was there before")
        got[event._tag] = event.value
      }
    })
    t.equal(got, { a: 1, b: 2 })
  }),

  scenario("XE-01", "a loop of selects sees every item, and each end once; without ends it is a defect", function* (t) {
    const [a, b] = [yield* numbers(1), yield* numbers(1)]
    const open = { a: true, b: true }
    const seen: Array<unknown> = []
    yield* TaskGroup.run("main", function* (group) {
      yield* group.spawn(a.sender.use((tx) => tx.send(1)))
      yield* group.spawn(
        b.sender.use(function* (tx) {
          for (const item of [2, 3]) yield* tx.send(item)
        })
      )
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
    })
    t.sameMembers(seen, [1, 2, 3, "aEnded", "bEnded"])
    const clauses = {
      a: Channel.receiving(a.receiver),
      b: Channel.when(false, () => Channel.receiving(b.receiver))
    }
    const defect = t.diesOf(yield* t.ended(Channel.select(clauses)), Error)
    t.check(defect.message.includes("Add an `ended` clause"), `it says to add ended: ${defect.message}`)
  })
]
