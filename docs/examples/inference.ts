/**
 * What tasks can fail with, and what they need, is in the type of the group that runs them, and nobody writes it there.
 * The types of what is exported here are asserted, too. One place needs a word: a function that calls itself.
 */
import { Cause, Console, Context, Data, Effect, Layer } from "effect"
import { CancelScope, Channel, TaskGroup } from "ferrule"

export class NoPage extends Data.TaggedError("NoPage")<{ readonly url: string }> {}
export class NoRow extends Data.TaggedError("NoRow")<{ readonly id: number }> {}

const page = (url: string) => (url.includes("gone") ? new NoPage({ url }) : Effect.succeed([`${url}/a`, `${url}/gone`]))
const row = (id: number) => (id < 0 ? new NoRow({ id }) : Effect.succeed(id * 10))

/** A helper that is given a group. */
const poll = (group: TaskGroup.TaskGroup) => group.spawn(page("/news"), "poller")

export const helped = TaskGroup.run("helped", (group) => Effect.andThen(poll(group), group.spawn(row(1))))

/** The errors of the inner group are dealt with; those of a task that the inner one starts in the outer one are not. */
export const nested = TaskGroup.run("outer", function* (outer) {
  yield* TaskGroup.run("inner", (inner) => Effect.andThen(outer.spawn(row(-1)), inner.spawn(page("/gone")))).pipe(
    Effect.catchTag("NoPage", ({ url }) => Console.log("dealt with", url))
  )
})

/** Visits what a page links to, and so on: this one has to say what its tasks fail with. */
export const visited = (root: string) =>
  TaskGroup.run("visit", (group) => {
    const visit = (url: string): Effect.Effect<void, never, TaskGroup.Children<"visit", NoPage>> =>
      Effect.asVoid(group.spawn(Effect.flatMap(page(url), (links) => Effect.forEach(links, visit))))
    return visit(root)
  })

/** The hook is told the cause with the type of the tasks' errors, which are not the group's any more. */
export const tolerant = TaskGroup.supervised(
  "tolerant",
  (group) => Effect.asVoid(group.spawn(page("/gone"), "reader")),
  (cause, task) => Console.log(task.name, ...cause.reasons.filter(Cause.isFailReason).map(({ error }) => error.url))
)

export class Rows extends Context.Service<Rows, { readonly get: (id: number) => Effect.Effect<number, NoRow> }>()(
  "Rows"
) {}

/** What a task needs is the group's need. */
export const served = TaskGroup.run("served", function* (group) {
  const task = yield* group.spawn(Effect.flatMap(Rows, ({ get }) => get(2)))
  return yield* task.join
})

/** Of a scope that was cancelled there is no value: here is another one, of the same type or not. */
export const left = CancelScope.run("early", function* (scope) {
  yield* scope.cancel("enough")
  return 1
}).pipe(Effect.map(CancelScope.getOrElse(({ reason }) => reason._tag)))

/** Fails as its channels do, and as its handlers. */
export const merged = (ids: Channel.Receiver<number>, urls: Channel.Receiver<string, "offline">) =>
  Channel.selectLoop({ id: Channel.receiving(ids), url: Channel.receiving(urls) }, { id: row, url: page })

if (import.meta.main) {
  const program = Effect.gen(function* () {
    yield* tolerant
    console.log((yield* Effect.flip(nested))._tag, (yield* Effect.flip(visited("/home"))).url)
    const rows = Layer.succeed(Rows, { get: row })
    console.log(yield* Effect.provide(served, rows), yield* left)
  })
  await Effect.runPromise(program)
}
// => reader /gone
// => dealt with /gone
// => NoRow /home/gone
// => 20 Requested
