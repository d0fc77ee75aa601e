import { Effect } from "effect"
import { Sync, TaskGroup } from "ferrule"
import type { Misordered } from "../Planted.ts"

type Lock = Sync.Mutex

const asWritten = (from: Lock, to: Lock): readonly [Lock, Lock] => [from, to]

const bank = (order: (from: Lock, to: Lock, a: Lock) => readonly [Lock, Lock]) => () =>
  TaskGroup.run("bank", function* (group) {
    const [a, b] = [yield* Sync.mutex, yield* Sync.mutex]
    const transfer = (from: Lock, to: Lock) => {
      const [first, second] = order(from, to, a)
      return first(second(Effect.void))
    }
    yield* group.spawn(transfer(a, b), "a to b")
    yield* group.spawn(transfer(b, a), "b to a")
  })

export const lockOrder: Misordered = {
  _tag: "Misordered",
  name: "locks in two orders",
  story: "a transfer from a to b and one from b to a each hold what the other waits for",
  failure: "Deadlock",
  strategy: "random",
  within: 100,
  broken: bank(asWritten),
  mended: bank((from, to, a) => (from === a ? [from, to] : [to, from]))
}
