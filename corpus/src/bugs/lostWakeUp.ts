import { Deferred, Effect, Ref } from "effect"
import { Sync } from "ferrule"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

/** A flag, and beside it the bell of whoever waits for it. */
const handMade = Effect.gen(function* () {
  const isSet = yield* Ref.make(false)
  const waiting = yield* Ref.make<Deferred.Deferred<void> | undefined>(undefined)
  const wait = Effect.gen(function* () {
    if (yield* Ref.get(isSet)) return
    const bell = yield* Deferred.make<void>()
    yield* Ref.set(waiting, bell)
    yield* Deferred.await(bell)
  })
  const set = Effect.gen(function* () {
    yield* Ref.set(isSet, true)
    const bell = yield* Ref.get(waiting)
    if (bell !== undefined) yield* Deferred.succeed(bell, undefined)
  })
  return { wait, set }
})

const start = (make: Effect.Effect<{ readonly wait: Effect.Effect<void>; readonly set: Effect.Effect<void> }>) => () =>
  Effect.flatMap(make, ({ wait, set }) => together(wait, set))

export const lostWakeUp: Misordered = {
  _tag: "Misordered",
  name: "lost wake-up",
  story: "a hand-made event is set after the waiter has looked and before it has said that it waits",
  failure: "Deadlock",
  strategy: "random",
  within: 100,
  broken: start(handMade),
  mended: start(Sync.event)
}
