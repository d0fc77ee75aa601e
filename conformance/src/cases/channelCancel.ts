import { Effect, Option } from "effect"
import { TaskGroup } from "ferrule"
import { randomFrom } from "../harness/randomFrom.ts"
import { inAnyOrder, type Scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

/** Effect gives way every 2,048 operations: so many take it close before, on or behind a receive. */
const burn = (operations: number) => {
  let left = operations
  return Effect.whileLoop({ while: () => left-- > 0, body: () => Effect.void, step: () => {} })
}

export const channelCancel: ReadonlyArray<Scenario> = [
  inAnyOrder("XC-10", "no item is lost or doubled when receivers are cancelled at any operation", function* (t) {
    const random = randomFrom(t.seed + 1)
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1 })
    const received: Array<number> = []
    let given = 0
    const offer = Effect.map(
      Effect.suspend(() => sender.trySend(given)),
      (answer) => void (answer === "sent" && given++)
    )
    yield* TaskGroup.run("main", function* (group) {
      for (const _ of range(t.size(100, 3))) {
        if (random() < 0.5) yield* offer
        const take = Effect.map(
          receiver.receiveOption,
          (item) => void (Option.isSome(item) && received.push(item.value))
        )
        const task = yield* group.spawn(
          Effect.andThen(burn(Math.floor(random() * t.size(60, 3)) + t.size(2_000, 0)), take)
        )
        for (let i = Math.floor(random() * 4); i > 0; i--) yield* Effect.yieldNow
        yield* offer
        if (random() < 0.5) yield* Effect.yieldNow
        yield* task.cancel()
        yield* task.await
      }
    })
    yield* sender.close
    const buffered: Array<number> = []
    yield* receiver.forEach((item) => Effect.sync(() => void buffered.push(item)))
    t.equal(
      [...received, ...buffered].toSorted((a, b) => a - b),
      range(given),
      "items"
    )
    t.check(given > t.size(10, 0), `more than ${t.size(10, 0)} items are given, not ${given}`)
  })
]
