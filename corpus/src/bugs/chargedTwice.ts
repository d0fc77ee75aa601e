import { Effect } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"

class Bank {
  charges = 0
  readonly #known = new Set<string>()

  /** A request with a key that it knows is answered, and not done again. */
  charge(key?: string): Effect.Effect<string> {
    return Effect.sync(() => {
      const isNew = key === undefined || !this.#known.has(key)
      if (key !== undefined) this.#known.add(key)
      if (isNew) this.charges++
      return "charged"
    }).pipe(Effect.delay(1))
  }
}

const pay = (key?: string) => () =>
  Effect.suspend(() => {
    const bank = new Bank()
    return bank.charge(key).pipe(
      Effect.timeout(1),
      Effect.retry({ times: 2 }),
      Effect.orElseSucceed(() => "gave up"),
      Effect.andThen(claim(() => bank.charges <= 1, "charged twice"))
    )
  })

export const chargedTwice: Misordered = {
  _tag: "Misordered",
  name: "retry that charges twice",
  story: "the timeout comes when the card is charged and the answer is not here yet, and the retry charges it again",
  failure: "charged twice",
  strategy: "random",
  within: 100,
  broken: pay(),
  mended: pay("order 1")
}
