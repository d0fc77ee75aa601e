import { Effect } from "effect"
import { Sync } from "ferrule"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

interface Shop {
  stock: number
}

const sell = (shop: Shop) => Effect.sync(() => void shop.stock--)

const inStock = (shop: Shop) => Effect.sync(() => shop.stock > 0)

const lookThenLock = (shop: Shop, mutex: Sync.Mutex) =>
  Effect.flatMap(inStock(shop), (found) => (found ? mutex(sell(shop)) : Effect.void))

const lockThenLook = (shop: Shop, mutex: Sync.Mutex) =>
  mutex(Effect.flatMap(inStock(shop), (found) => (found ? sell(shop) : Effect.void)))

const sale = (buy: typeof lookThenLock) => () =>
  Effect.gen(function* () {
    const shop: Shop = { stock: 1 }
    const mutex = yield* Sync.mutex
    yield* together(buy(shop, mutex), buy(shop, mutex))
    yield* claim(() => shop.stock === 0, "sold what was not there")
  })

export const staleRead: Misordered = {
  _tag: "Misordered",
  name: "looked before the lock",
  story: "the buyer looks at the stock, then waits for the lock; by then it is sold out",
  failure: "sold what was not there",
  strategy: "random",
  within: 100,
  broken: sale(lookThenLock),
  mended: sale(lockThenLook)
}
