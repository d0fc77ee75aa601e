import { Effect } from "effect"
import { Sync, TaskGroup } from "ferrule"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"

type Wait = (isEmpty: () => boolean, added: Sync.Condition) => Effect.Effect<void>

const once: Wait = (isEmpty, added) => (isEmpty() ? added.wait : Effect.void)

const again: Wait = (isEmpty, added) =>
  Effect.gen(function* () {
    while (isEmpty()) yield* added.wait
  })

const buffer = (wait: Wait) => () =>
  TaskGroup.run("buffer", function* (group) {
    const mutex = yield* Sync.mutex
    const added = yield* Sync.condition(mutex)
    const items: Array<string> = []
    const taken: Array<string | undefined> = []
    const isEmpty = () => items.length === 0
    const take = Effect.andThen(
      Effect.suspend(() => wait(isEmpty, added)),
      Effect.sync(() => taken.push(items.shift()))
    )
    const put = (item: string) =>
      Effect.andThen(
        Effect.sync(() => items.push(item)),
        added.notify()
      )
    yield* group.spawn(mutex(take), "taker 1")
    yield* group.spawn(mutex(take), "taker 2")
    yield* group.spawn(
      Effect.forEach(["a", "b"], (item) => mutex(put(item))),
      "putter"
    )
    yield* group.awaitAll
    yield* claim(() => !taken.includes(undefined), "took from an empty buffer")
  })

export const wokenForNothing: Misordered = {
  _tag: "Misordered",
  name: "`if` in place of `while`",
  story: "a taker is woken, but another was in the buffer before it: it looks only once, and takes nothing",
  failure: "took from an empty buffer",
  strategy: "random",
  within: 100,
  broken: buffer(once),
  mended: buffer(again)
}
