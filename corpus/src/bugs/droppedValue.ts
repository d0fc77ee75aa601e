import { Effect, Option, type Scope } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"

interface Pool {
  open: number
}

const connect = (pool: Pool) =>
  Effect.andThen(
    Effect.sleep(1),
    Effect.sync(() => void pool.open++)
  )

const close = (pool: Pool) => Effect.sync(() => void pool.open--)

/** Whoever has got a connection closes it; but nobody has it when the timeout comes between. */
const closedByTheUser = (pool: Pool) =>
  Effect.flatMap(Effect.timeoutOption(connect(pool), 1), (got) => (Option.isSome(got) ? close(pool) : Effect.void))

const closedByItsScope = (pool: Pool): Effect.Effect<unknown, never, Scope.Scope> =>
  Effect.timeoutOption(
    Effect.acquireRelease(connect(pool), () => close(pool)),
    1
  )

const query = (use: (pool: Pool) => Effect.Effect<unknown, never, Scope.Scope>) => () =>
  Effect.gen(function* () {
    const pool: Pool = { open: 0 }
    yield* Effect.scoped(use(pool))
    yield* claim(() => pool.open === 0, "a connection stays open")
  })

export const droppedValue: Misordered = {
  _tag: "Misordered",
  name: "timeout that drops its value",
  story: "the timeout comes when the connection is open and nobody has it yet, so nobody closes it",
  failure: "a connection stays open",
  strategy: "random",
  within: 150,
  broken: query(closedByTheUser),
  mended: query(closedByItsScope)
}
