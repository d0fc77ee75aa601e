import { Effect } from "effect"
import { Channel } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

const letters = Effect.suspend(() => Channel.make<string>({ capacity: 2 }))

export const selectEnds: ReadonlyArray<Scenario> = [
  scenario(
    "SE-14",
    "a select of nothing is a defect that says what to add; with otherwise it gives that",
    function* (t) {
      const defect = t.diesOf(yield* t.ended(Channel.select({})), Error)
      t.check(defect.message.includes("ended"), `the message says to add ended: ${defect.message}`)
      t.equal((yield* Channel.select({ idle: Channel.otherwise }))._tag, "idle")
    }
  ),

  scenario("SE-17", "two one-shot channels are joined by guards, whichever comes first", function* (t) {
    for (const order of [
      [0, 1],
      [1, 0]
    ]) {
      const channels = [yield* letters, yield* letters] as const
      const sends = Effect.forEach(order, (i) => Effect.delay(channels[i]!.sender.send(`from ${i}`), 10), {
        discard: true
      })
      const sending = yield* t.start(sends)
      const got: Record<string, string> = {}
      while (Object.keys(got).length < 2) {
        const { _tag, value } = yield* Channel.select({
          a: Channel.when(got["a"] === undefined, () => Channel.receiving(channels[0].receiver)),
          b: Channel.when(got["b"] === undefined, () => Channel.receiving(channels[1].receiver))
        })
        got[_tag] = value
      }
      t.equal(got, { a: "from 0", b: "from 1" })
      yield* t.endOf(sending)
    }
  }),

  scenario("XE-01", "a loop over receives and ends sees every item and each end once, and then stops", function* (t) {
    const [a, b] = [yield* letters, yield* letters]
    const feed = Effect.gen(function* () {
      yield* a.sender.send("a1")
      yield* a.sender.close
      yield* Effect.sleep(10)
      for (const i of range(2)) yield* b.sender.send(`b${i + 1}`)
      yield* b.sender.close
    })
    const feeding = yield* t.start(feed)
    const open = { a: true, b: true }
    while (open.a || open.b) {
      const { _tag, value } = yield* Channel.select({
        a: Channel.receiving(a.receiver),
        b: Channel.receiving(b.receiver),
        endA: Channel.when(open.a, () => Channel.ended(a.receiver)),
        endB: Channel.when(open.b, () => Channel.ended(b.receiver))
      })
      yield* t.log(value ?? _tag)
      if (_tag === "endA") open.a = false
      if (_tag === "endB") open.b = false
    }
    yield* t.endOf(feeding)
    t.logged("a1", "endA", "b1", "b2", "endB")
    const over = { a: Channel.receiving(a.receiver), off: Channel.when(false, () => Channel.receiving(b.receiver)) }
    const defect = t.diesOf(yield* t.ended(Channel.select(over)), Error)
    t.check(defect.message.includes("ended"), `the message says to add ended: ${defect.message}`)
  })
]
