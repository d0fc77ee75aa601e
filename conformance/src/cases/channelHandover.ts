import { Cause, Effect, Option } from "effect"
import { CancelScope, Channel, TaskGroup, Timeout } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import { range, taken } from "./channelWords.ts"

export const channelHandover: ReadonlyArray<Scenario> = [
  scenario("CH-09", "a rendezvous send returns when a receiver takes its item, never earlier", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 0 })
    yield* TaskGroup.run("rendezvous", function* (group) {
      for (const item of [1, 2]) {
        yield* group.spawn(
          Effect.andThen(
            sender.send(item),
            Effect.suspend(() => t.log(`sent ${item} at ${t.now}`))
          )
        )
      }
      for (const item of [1, 2]) {
        yield* Effect.sleep(100)
        t.equal(yield* receiver.receive, item)
      }
    })
    t.logged("sent 1 at 100", "sent 2 at 200")
  }),

  scenario("CH-10", "a rendezvous needs a waiting peer for a try, and succeeds at once with one", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 0 })
    t.equal([yield* sender.trySend(1), taken(yield* receiver.tryReceive)], ["full", "Empty"])
    yield* TaskGroup.run("peers", function* (group) {
      const waiting = yield* group.spawn(receiver.receive)
      yield* t.untilQuiet
      t.equal(yield* sender.trySend(2), "sent")
      t.equal(yield* waiting.join, 2)
      const sending = yield* group.spawn(sender.send(3))
      yield* t.untilQuiet
      t.equal(taken(yield* receiver.tryReceive), 3)
      yield* sending.join
    })
    t.isAt(0)
  }),

  scenario("CH-11", "a closed channel gives its last item and then Done, and takes no more", function* (t) {
    const { receiver, sender } = yield* t.channel<string>({ name: "letters", capacity: 2 })
    yield* sender.send("last")
    yield* sender.close
    yield* sender.close
    t.equal(yield* receiver.receive, "last")
    t.equal(yield* Effect.map(Effect.flip(receiver.receive), Cause.isDone), true)
    const error = t.failsWith(yield* t.ended(sender.send("later")), Channel.ChannelClosed)
    t.equal([error.channel, error.by], ["letters", "sender"])
    t.equal(yield* sender.trySend("later"), "closed")
  }),

  scenario("CH-20", "a waiting receiver owns the item it was handed", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1 })
    yield* TaskGroup.run("main", function* (group) {
      const waiting = yield* group.spawn(receiver.receive)
      yield* t.untilQuiet
      t.equal(yield* sender.trySend(2), "sent")
      t.equal(taken(yield* receiver.tryReceive), "Empty")
      t.equal(yield* waiting.join, 2)
    })
  }),

  scenario("CH-21", "a waiting sender owns the place that a receive frees", function* (t) {
    const { receiver, sender } = yield* t.channel<number>({ capacity: 1 })
    yield* TaskGroup.run("main", function* (group) {
      yield* sender.send(1)
      const waiting = yield* group.spawn(sender.send(2))
      yield* t.untilQuiet
      t.equal(taken(yield* receiver.tryReceive), 1)
      t.equal(yield* sender.trySend(3), "full")
      t.equal(yield* receiver.receive, 2)
      yield* waiting.join
    })
  }),

  scenario("CH-22", "a receive that its deadline ended takes no later item", function* (t) {
    const { receiver, sender } = yield* t.channel<string>({ capacity: 1 })
    t.equal(yield* Timeout.moveOnAfter(receiver.receiveOption, 10), Option.none())
    t.isAt(10)
    yield* sender.send("kept")
    t.equal(taken(yield* receiver.tryReceive), "kept")
  }),

  scenario("CH-23", "whoever is cancelled while waiting no longer counts as waiting", function* (t) {
    const { receiver, sender } = yield* t.channel<string>({ capacity: 0 })
    yield* TaskGroup.run("main", function* (group) {
      const receiving = yield* group.spawn(receiver.receiveOption)
      yield* t.at(10)
      yield* receiving.cancel()
      yield* receiving.await
      t.equal(yield* sender.trySend("a"), "full")
      const sending = yield* group.spawn(sender.send("b"))
      yield* t.at(20)
      yield* sending.cancel()
      yield* sending.await
      t.equal(taken(yield* receiver.tryReceive), "Empty")
    })
  }),

  scenario("CH-24", "a receive or send in a scope that is already cancelled moves nothing", function* (t) {
    const { receiver, sender } = yield* t.channel<string>({ capacity: 0 })
    const refused = <A, E, R>(operation: Effect.Effect<A, E, R>) =>
      CancelScope.run("refused", (scope) =>
        Effect.andThen(
          Effect.sync(() => scope.cancelUnsafe()),
          operation
        )
      )
    yield* TaskGroup.run("main", function* (group) {
      yield* group.spawn(sender.send("hello"))
      yield* t.untilQuiet
      yield* group.spawn(sender.send("world"))
      yield* t.untilQuiet
      t.equal((yield* refused(receiver.receiveOption))._tag, "Cancelled")
      t.equal(
        [yield* receiver.receiveOption, yield* receiver.receiveOption],
        [Option.some("hello"), Option.some("world")]
      )
    })
    const buffered = yield* t.channel<string>({ capacity: 1 })
    t.equal((yield* refused(buffered.sender.send("lost")))._tag, "Cancelled")
    t.equal(taken(yield* buffered.receiver.tryReceive), "Empty")
  }),

  scenario(
    "XC-08",
    "items handed to receivers that are cancelled before they run come out again in order",
    function* (t) {
      const { receiver, sender } = yield* t.channel<string>({ capacity: 0 })
      yield* TaskGroup.run("main", function* (group) {
        const waiting: Array<TaskGroup.Task<unknown, unknown>> = []
        for (const _ of range(3)) {
          waiting.push(yield* group.spawn(Effect.flatMap(receiver.receiveOption, (item) => t.log(item))))
          yield* t.untilQuiet
        }
        for (const item of ["a", "b", "c"]) t.equal(yield* sender.trySend(item), "sent")
        for (const i of [1, 0, 2]) yield* waiting[i]!.cancel()
        for (const task of waiting) yield* task.await
        t.logged()
        for (const item of ["a", "b", "c"]) t.equal(yield* receiver.receiveOption, Option.some(item))
      })
    }
  ),

  scenario("XC-09", "the end is not shown before an item came back from a cancelled receiver", function* (t) {
    const { receiver, sender } = yield* t.channel<string>({ capacity: 1 })
    yield* TaskGroup.run("main", function* (group) {
      const waiting = yield* group.spawn(Effect.flatMap(receiver.receiveOption, (item) => t.log(item)))
      yield* t.untilQuiet
      t.equal(yield* sender.trySend("item"), "sent")
      yield* sender.close
      yield* waiting.cancel()
      t.equal(yield* receiver.receiveOption, Option.some("item"))
      t.equal(yield* receiver.receiveOption, Option.none())
    })
    t.logged()
  })
]
