import { Deferred, Effect, Fiber } from "effect"
import { Channel } from "ferrule"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"

interface Queue {
  readonly offer: (item: string) => Effect.Effect<unknown>
  readonly take: Effect.Effect<string>
  readonly left: Effect.Effect<number>
}

/** Hands an item to whoever waits longest, though that one may be cancelled by now. */
const handMade = Effect.sync((): Queue => {
  const items: Array<string> = []
  const takers: Array<Deferred.Deferred<string>> = []
  const wait = (taker: Deferred.Deferred<string>) => {
    takers.push(taker)
    return Deferred.await(taker)
  }
  return {
    offer: (item) =>
      Effect.suspend((): Effect.Effect<unknown> => {
        const taker = takers.shift()
        return taker === undefined ? Effect.sync(() => items.push(item)) : Deferred.succeed(taker, item)
      }),
    take: Effect.suspend(() => (items.length > 0 ? Effect.succeed(items.shift()!) : wait(Deferred.makeUnsafe()))),
    left: Effect.sync(() => items.length)
  }
})

const channel = Effect.map(Channel.make<string>({ capacity: 8 }), ({ sender, receiver }): Queue => ({
  offer: (item) => Effect.orDie(sender.send(item)),
  take: Effect.orDie(receiver.receive),
  left: Effect.map(receiver.statistics, ({ buffered }) => buffered)
}))

const parcels = (make: Effect.Effect<Queue>) => () =>
  Effect.gen(function* () {
    const { offer, take, left } = yield* make
    const received: Array<string> = []
    const worker = yield* Effect.forkChild(Effect.forever(Effect.map(take, (item) => received.push(item))))
    const feeder = yield* Effect.forkChild(Effect.forEach(["a", "b", "c"], offer))
    yield* Fiber.interrupt(worker)
    yield* Fiber.join(feeder)
    const kept = yield* left
    yield* claim(() => received.length + kept === 3, "a parcel is lost")
  })

export const lostItem: Misordered = {
  _tag: "Misordered",
  name: "lost item",
  story: "a hand-made queue gives an item to a worker that is cancelled while it waits",
  failure: "a parcel is lost",
  strategy: "random",
  within: 100,
  broken: parcels(handMade),
  mended: parcels(channel)
}
