import { Deferred, Effect, Fiber } from "effect"
import { Sync } from "ferrule"
import type { Misordered } from "../Planted.ts"

type Guard = <A>(self: Effect.Effect<A>) => Effect.Effect<A>

/** First come, first served; but one who is cancelled while waiting stays in line. */
const handMade = Effect.sync((): Guard => {
  let free = 1
  const line: Array<Deferred.Deferred<void>> = []
  const acquire = Effect.suspend(() => {
    if (free > 0) return Effect.sync(() => void free--)
    const turn = Deferred.makeUnsafe<void>()
    line.push(turn)
    return Deferred.await(turn)
  })
  const release = Effect.suspend(() => {
    const next = line.shift()
    return next === undefined ? Effect.sync(() => void free++) : Deferred.succeed(next, undefined)
  })
  return (self) =>
    Effect.uninterruptibleMask((restore) => Effect.andThen(restore(acquire), Effect.ensuring(restore(self), release)))
})

const printer = (make: Effect.Effect<Guard>) => () =>
  Effect.gen(function* () {
    const withPrinter = yield* make
    const print = withPrinter(Effect.void)
    const first = yield* Effect.forkChild(print)
    const second = yield* Effect.forkChild(print)
    yield* Effect.andThen(Effect.yieldNow, Fiber.interrupt(second))
    yield* Fiber.join(first)
    yield* print
  })

export const permitToTheDead: Misordered = {
  _tag: "Misordered",
  name: "permit given to the dead",
  story: "a hand-made semaphore gives the permit to one who was cancelled while waiting, and nobody has it again",
  failure: "Deadlock",
  strategy: "random",
  within: 100,
  broken: printer(handMade),
  mended: printer(Effect.map(Sync.semaphore(1), (semaphore): Guard => semaphore.withPermits(1)))
}
