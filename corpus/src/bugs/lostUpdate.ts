import { Effect, Ref } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

const inTwoSteps = (balance: Ref.Ref<number>) =>
  Effect.flatMap(Ref.get(balance), (before) => Ref.set(balance, before + 10))

const inOne = (balance: Ref.Ref<number>) => Ref.update(balance, (before) => before + 10)

const payDay = (deposit: typeof inOne) => () =>
  Effect.gen(function* () {
    const balance = yield* Ref.make(0)
    yield* together(deposit(balance), deposit(balance))
    const after = yield* Ref.get(balance)
    yield* claim(() => after === 20, "a deposit is lost")
  })

export const lostUpdate: Misordered = {
  _tag: "Misordered",
  name: "lost update",
  story: "two deposits read the balance before either has written it",
  failure: "a deposit is lost",
  strategy: "random",
  within: 100,
  broken: payDay(inTwoSteps),
  mended: payDay(inOne)
}
