import { Effect, Exit, Scope } from "effect"
import { type Scenario, scenario } from "../harness/Scenario.ts"

export const channelPermits: ReadonlyArray<Scenario> = [
  scenario("XC-01", "a reserved place is taken until its item comes, or goes to the first waiting send", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1 })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const permit = yield* sender.reserve
        t.equal(yield* sender.trySend(9), "full")
        yield* permit.commit(1)
      })
    )
    t.equal(yield* receiver.receive, 1)
    yield* Effect.scoped(
      Effect.gen(function* () {
        const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
        yield* Scope.provide(sender.reserve, scope)
        const [first, second] = [yield* t.start(sender.send(2)), yield* t.start(sender.send(3))]
        yield* t.untilQuiet
        t.equal([first.pollUnsafe(), second.pollUnsafe()], [undefined, undefined], "both sends wait")
        yield* Scope.close(scope, Exit.void)
        t.equal((yield* t.endOf(first)).exit._tag, "Success")
        t.equal(second.pollUnsafe(), undefined, "the second send waits")
        t.equal([yield* receiver.receive, yield* receiver.receive], [2, 3])
        t.equal((yield* t.endOf(second)).exit._tag, "Success")
      })
    )
  }),

  scenario("XC-02", "a permit commits after the last receiver has gone, and its item is reported once", function* (t) {
    const onUndelivered = (item: number) => t.log(`undelivered ${item}`)
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1, onUndelivered })
    const ended = yield* t.ended(
      Effect.scoped(
        Effect.gen(function* () {
          const permit = yield* sender.reserve
          yield* receiver.cancel
          t.logged()
          yield* permit.commit(1)
        })
      )
    )
    t.equal(ended.exit._tag, "Success")
    t.logged("undelivered 1")
  })
]
