import { Deferred, Effect, Fiber } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"

type Waiter = Deferred.Deferred<string>

/** Gives the item to the select, if that has none yet; says whether it did. */
type Commit = (select: Waiter, item: string) => Effect.Effect<boolean>

const checkThenGive: Commit = (select, item) =>
  Effect.gen(function* () {
    if (yield* Deferred.isDone(select)) return false
    yield* Deferred.succeed(select, item)
    return true
  })

const give: Commit = (select, item) => Deferred.succeed(select, item)

const mailboxes = (commit: Commit) => () =>
  Effect.gen(function* () {
    const kept: Array<string> = []
    const select = yield* Deferred.make<string>()
    const arrive = (item: string) =>
      Effect.flatMap(commit(select, item), (taken) => (taken ? Effect.void : Effect.sync(() => kept.push(item))))
    const a = yield* Effect.forkChild(arrive("from a"))
    const b = yield* Effect.forkChild(arrive("from b"))
    yield* Deferred.await(select)
    yield* Fiber.joinAll([a, b])
    yield* claim(() => kept.length === 1, "two mailboxes gave their item to one select")
  })

export const doubleCommit: Misordered = {
  _tag: "Misordered",
  name: "double commit of a select",
  story: "two sources of a hand-made select both see that it is undecided, and both give their item away",
  failure: "two mailboxes gave their item to one select",
  strategy: "random",
  within: 100,
  broken: mailboxes(checkThenGive),
  mended: mailboxes(give)
}
