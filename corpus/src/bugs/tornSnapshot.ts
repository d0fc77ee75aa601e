import { Effect } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

/** Waits until it is free, then comes in. */
type Enter = (isFree: () => boolean, come: () => void) => Effect.Effect<void>

const until = (holds: () => boolean) =>
  Effect.gen(function* () {
    while (!(yield* Effect.sync(holds))) yield* Effect.yieldNow
  })

const lookThenCome: Enter = (isFree, come) => Effect.andThen(until(isFree), Effect.sync(come))

const comeWhenFree: Enter = (isFree, come) =>
  until(() => {
    const free = isFree()
    if (free) come()
    return free
  })

const report = (enter: Enter) => () =>
  Effect.suspend(() => {
    let [readers, writers] = [0, 0]
    let [savings, checking, total] = [100, 0, 0]
    const move = Effect.gen(function* () {
      yield* enter(
        () => readers + writers === 0,
        () => void writers++
      )
      yield* Effect.sync(() => (savings -= 30))
      yield* Effect.sync(() => (checking += 30))
      yield* Effect.sync(() => writers--)
    })
    const add = Effect.gen(function* () {
      yield* enter(
        () => writers === 0,
        () => void readers++
      )
      yield* Effect.sync(() => (total += savings))
      yield* Effect.sync(() => (total += checking))
      yield* Effect.sync(() => readers--)
    })
    return Effect.andThen(
      together(move, add),
      claim(() => total === 100, "the total is wrong")
    )
  })

export const tornSnapshot: Misordered = {
  _tag: "Misordered",
  name: "torn snapshot",
  story: "a reader comes in after a writer has found a hand-made lock free, and sees half a transfer",
  failure: "the total is wrong",
  strategy: "random",
  within: 300,
  broken: report(lookThenCome),
  mended: report(comeWhenFree)
}
