import { Deferred, Effect, Ref } from "effect"
import { Sync } from "ferrule"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

/** The last to come opens the gate, and puts up a new one for the next round. */
const handMade = Effect.gen(function* () {
  const arrived = yield* Ref.make(0)
  const gate = yield* Ref.make(yield* Deferred.make<void>())
  return Effect.gen(function* () {
    const count = yield* Ref.updateAndGet(arrived, (count) => (count % 2) + 1)
    const closed = yield* Ref.get(gate)
    if (count === 1) return yield* Deferred.await(closed)
    yield* Ref.set(gate, yield* Deferred.make<void>())
    yield* Deferred.succeed(closed, undefined)
  })
})

const rounds = (make: Effect.Effect<Effect.Effect<unknown>>) => () =>
  Effect.gen(function* () {
    const wait = yield* make
    const player = Effect.andThen(wait, wait)
    yield* together(player, player)
  })

export const barrierOfTwo: Misordered = {
  _tag: "Misordered",
  name: "barrier for two rounds",
  story: "one who has been counted, but has not looked at the gate, waits at the gate of the next round",
  failure: "Deadlock",
  strategy: "random",
  within: 100,
  broken: rounds(handMade),
  mended: rounds(Effect.map(Sync.barrier(2), ({ wait }) => wait))
}
