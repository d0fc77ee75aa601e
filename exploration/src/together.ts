import { Cause, Effect, Exit, Fiber } from "effect"
import { CancelScope, TaskGroup } from "ferrule"

/** Runs them side by side, in fibers of Effect's own. */
export const together = <E, R>(...effects: ReadonlyArray<Effect.Effect<unknown, E, R>>): Effect.Effect<void, E, R> =>
  Effect.all(effects, { concurrency: "unbounded", discard: true })

/** How a program is cancelled: by Effect's interrupt, by its scope, or by its handle in a group. */
export const ways = ["interrupt", "scope", "task"] as const
export type Way = (typeof ways)[number]

export type Ended<A> =
  | { readonly _tag: "value"; readonly value: A }
  | { readonly _tag: "cancelled" }
  | { readonly _tag: "failed"; readonly with: unknown }

const endedBy = (cause: Cause.Cause<unknown>): Ended<never> =>
  Cause.hasInterruptsOnly(cause) ? { _tag: "cancelled" } : { _tag: "failed", with: Cause.squash(cause) }

const endedWith = <A>(exit: Exit.Exit<A, unknown>): Ended<A> =>
  Exit.isSuccess(exit) ? { _tag: "value", value: exit.value } : endedBy(exit.cause)

/** A region that can be cancelled from outside. */
export interface Victim<A> {
  readonly run: Effect.Effect<Ended<A>>
  readonly cancel: Effect.Effect<void>
}

const interruptible = <A, E>(self: Effect.Effect<A, E>): Victim<A> => {
  let fiber: Fiber.Fiber<A, E> | undefined
  let early = false
  const run = Effect.suspend(() => {
    if (early) return Effect.succeed<Ended<A>>({ _tag: "cancelled" })
    return Effect.flatMap(Effect.forkChild(self), (forked) => {
      fiber = forked
      if (early) forked.interruptUnsafe()
      return Effect.map(Fiber.await(forked), endedWith)
    })
  })
  const cancel = Effect.sync(() => {
    early = true
    fiber?.interruptUnsafe()
  })
  return { run, cancel }
}

const scoped = <A, E>(self: Effect.Effect<A, E>): Effect.Effect<Victim<A>> =>
  Effect.map(CancelScope.make("victim"), (scope) => ({
    run: Effect.map(Effect.exit(CancelScope.enter(scope)(self)), (exit): Ended<A> => {
      if (Exit.isFailure(exit)) return endedBy(exit.cause)
      return exit.value._tag === "Completed" ? { _tag: "value", value: exit.value.value } : { _tag: "cancelled" }
    }),
    cancel: scope.cancel()
  }))

const grouped = <A, E>(self: Effect.Effect<A, E>): Victim<A> => {
  let task: TaskGroup.Task<A, E> | undefined
  let early = false
  const run = TaskGroup.supervised(
    "victims",
    function* (group) {
      const spawned = yield* group.spawn(self, "victim")
      task = spawned
      if (early) yield* spawned.cancel()
      return endedWith(yield* spawned.await)
    },
    // Its exit says it.
    () => Effect.void
    // Sound: what is left of its requirements is a note of the types.
  ) as Effect.Effect<Ended<A>>
  const cancel = Effect.suspend(() => {
    early = true
    return task === undefined ? Effect.void : task.cancel()
  })
  return { run, cancel }
}

export const victim = <A, E>(way: Way, self: Effect.Effect<A, E>): Effect.Effect<Victim<A>> => {
  if (way === "scope") return scoped(self)
  return Effect.sync(() => (way === "task" ? grouped(self) : interruptible(self)))
}

/** Runs it, and beside it what cancels it: gives what came of it. */
export const cancelling = <A, E>(way: Way, self: Effect.Effect<A, E>): Effect.Effect<Ended<A>> =>
  Effect.flatMap(victim(way, self), ({ run, cancel }) =>
    Effect.map(Effect.all([run, cancel], { concurrency: "unbounded" }), ([ended]) => ended)
  )
