import { Effect } from "effect"
import { Channel } from "ferrule"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

const rounds = 10_000

/** How often each of two clauses wins that are always ready. */
const tally = (order: "fair" | "priority") =>
  Effect.gen(function* () {
    const a = yield* Channel.make<number>({ capacity: "unbounded" })
    const b = yield* Channel.make<number>({ capacity: "unbounded" })
    for (const item of range(rounds)) {
      yield* a.sender.send(item)
      yield* b.sender.send(item)
    }
    const wins = { a: 0, b: 0 }
    const clauses = { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }
    for (const _ of range(rounds)) wins[(yield* Channel.select(clauses, { order }))._tag]++
    return wins
  })

export const selectChoice: ReadonlyArray<Scenario> = [
  inAnyOrder(
    "SE-11",
    "two clauses that are always ready win about equally often",
    function* (t) {
      const { a, b } = yield* tally("fair")
      t.equal(a + b, rounds)
      t.check(a >= 0.45 * rounds && a <= 0.55 * rounds, `the first wins between 45 % and 55 %, not ${a} of ${rounds}`)
    },
    1
  ),

  scenario("SE-12", "with priority the first of two clauses that are always ready wins always", function* (t) {
    t.equal(yield* tally("priority"), { a: rounds, b: 0 })
  }),

  scenario(
    "SE-14",
    "a select of nothing is a defect that says what to add; with otherwise it gives that",
    function* (t) {
      const defect = t.diesOf(yield* t.ended(Channel.select({})), Error)
      t.check(defect.message.includes("ended"), `the message says to add ended: ${defect.message}`)
      t.equal((yield* Channel.select({ idle: Channel.otherwise }))._tag, "idle")
    }
  )
]
