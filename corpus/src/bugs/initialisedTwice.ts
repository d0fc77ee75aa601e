import { Effect } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

const lookThenMake = (connect: Effect.Effect<string>) =>
  Effect.sync(() => {
    let made: string | undefined
    return Effect.gen(function* () {
      made ??= yield* connect
      return made
    })
  })

const program = (once: (connect: Effect.Effect<string>) => Effect.Effect<Effect.Effect<string>>) => () =>
  Effect.gen(function* () {
    let connections = 0
    const connection = yield* once(Effect.sync(() => `connection ${++connections}`))
    yield* together(connection, connection)
    yield* claim(() => connections === 1, "connected twice")
  })

export const initialisedTwice: Misordered = {
  _tag: "Misordered",
  name: "initialised twice",
  story: "two requests find no connection yet, and both make one",
  failure: "connected twice",
  strategy: "random",
  within: 100,
  broken: program(lookThenMake),
  mended: program(Effect.cached)
}
