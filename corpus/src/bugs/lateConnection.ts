import { Effect, Fiber } from "effect"
import { TaskGroup } from "ferrule"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

const serve = Effect.never

/** Shutting down stops all connections that are on the list; one that is just being accepted is not. */
const byList = () =>
  Effect.suspend(() => {
    let isOpen = true
    const connections = new Set<Fiber.Fiber<unknown>>()
    const accept = Effect.gen(function* () {
      if (!isOpen) return
      const connection = yield* Effect.forkDetach(serve, { startImmediately: true })
      yield* Effect.sync(() => connections.add(connection))
    })
    const shutDown = Effect.gen(function* () {
      isOpen = false
      yield* Fiber.interruptAll(connections)
    })
    return together(accept, shutDown)
  })

const byGroup = () =>
  TaskGroup.run("connections", (group) => together(Effect.asVoid(group.spawn(serve)), group.close()))

export const lateConnection: Misordered = {
  _tag: "Misordered",
  name: "shutdown that misses one",
  story: "a connection that is just being accepted is not on the list yet when the server shuts down",
  failure: "LeftBehind",
  strategy: "random",
  within: 100,
  broken: byList,
  mended: byGroup
}
