/** What TypeScript infers for lists, races and sources, without a single annotation. Checked, not run. */
import * as TaskGroup from "@ferrule/task-group"
import type { Receivable } from "@ferrule/runtime"
import { Context, Effect, type Scope, type Stream } from "effect"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

class Db extends Context.Service<Db, string>()("test/Db") {}
class Net extends Context.Service<Net, string>()("test/Net") {}
declare const user: Effect.Effect<{ readonly name: string }, "refused", Db>
declare const page: Effect.Effect<number, "offline", Net>
declare const plain: Effect.Effect<boolean>

// all: a tuple, an array, a record; errors and services of all.
const tuple = TaskGroup.all([user, page, plain])
holds<Equals<Effect.Success<typeof tuple>, [{ readonly name: string }, number, boolean]>>()
holds<Equals<Effect.Error<typeof tuple>, "refused" | "offline">>()
holds<Equals<Effect.Services<typeof tuple>, Db | Net>>()
const array = TaskGroup.all([1, 2].map(() => page))
holds<Equals<typeof array, Effect.Effect<Array<number>, "offline", Net>>>()
const record = TaskGroup.all({ user, page })
holds<Equals<Effect.Success<typeof record>, { user: { readonly name: string }; page: number }>>()
const safe = TaskGroup.all([plain])
holds<Equals<typeof safe, Effect.Effect<[boolean]>>>()

// firstSuccess: any of the values, all of the errors.
const first = TaskGroup.firstSuccess([user, page], { stagger: "1 second", discard: () => Effect.void })
holds<Equals<Effect.Success<typeof first>, { readonly name: string } | number>>()
holds<Equals<Effect.Error<typeof first>, TaskGroup.AllFailed<"refused" | "offline">>>()
holds<Equals<Effect.Services<typeof first>, Db | Net>>()
const handled = first.pipe(Effect.catchTag("AllFailed", ({ errors }) => Effect.succeed(errors[0])))
holds<Equals<Effect.Error<typeof handled>, never>>()

// forEach: the item of every kind of source, the errors of source and work, no Scope left.
declare const stream: Stream.Stream<string, "broken", Net>
declare const receiver: Receivable<string, "closed">
declare const work: (item: string, index: number) => Effect.Effect<number, "refused", Db | Scope.Scope>
const options = { limit: 3, name: "work" }
type Worked<E, R> = Effect.Effect<Array<number>, E, R>
const overArray = TaskGroup.forEach(["a"], work, options)
const overSet = TaskGroup.forEach(new Set(["a"]), (item) => work(item, 0), options)
const overStream = TaskGroup.forEach(stream, work, options)
const overReceiver = TaskGroup.forEach(receiver, work, options)
holds<Equals<typeof overArray, Worked<"refused", Db>>>()
holds<Equals<typeof overSet, Worked<"refused", Db>>>()
holds<Equals<typeof overStream, Worked<"refused" | "broken", Db | Net>>>()
holds<Equals<typeof overReceiver, Worked<"refused" | "closed", Db>>>()

// workList: `add` takes items, and needs nothing.
const walked = TaskGroup.workList(["a"], (item, add) => Effect.andThen(add(`${item}/b`), work(item, 0)), {
  limit: 3,
  unique: (item) => item.length
})
holds<Equals<typeof walked, Worked<"refused", Db>>>()

// @ts-expect-error -- a limit is asked for
export const unlimited = TaskGroup.forEach(["a"], work, {})
// @ts-expect-error -- what is added is what is worked on
export const confused = TaskGroup.workList(["a"], (_item, add) => add(1), { limit: 1 })
