import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

const lookThenSpawn = (group: TaskGroup.TaskGroup<"requests">, work: Effect.Effect<void>) =>
  Effect.gen(function* () {
    if ((yield* group.size) < 2) yield* group.spawn(work)
  })

const server = (limit: number | undefined, admits: boolean) => () =>
  TaskGroup.run(limit === undefined ? { name: "requests" } : { name: "requests", limit }, function* (group) {
    let most = 0
    const look = Effect.flatMap(group.size, (size) => Effect.sync(() => void (most = Math.max(most, size))))
    const request = Effect.andThen(look, Effect.sleep(1))
    const arrives = admits ? Effect.asVoid(group.trySpawn(request)) : lookThenSpawn(group, request)
    yield* together(arrives, arrives, arrives)
    yield* group.awaitAll
    yield* claim(() => most <= 2, "more requests run than are admitted")
  })

export const groupSize: Misordered = {
  _tag: "Misordered",
  name: "size looked at, then spawned",
  story: "requests that come at once each see room for one more in the group",
  failure: "more requests run than are admitted",
  strategy: "random",
  within: 100,
  broken: server(undefined, false),
  mended: server(2, true)
}
