import { Effect } from "effect"
import { Channel, Sync } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

export const wakingPrograms: ReadonlyArray<Program> = [
  program("a waiter never runs inside the operation that wakes it", ["S-89"], function* (see) {
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 1 })
    let inside = false
    const woken = Effect.map(receiver.receive, () => see.that(!inside, "it runs when the operation is over"))
    const waking = Effect.sync(() => {
      inside = true
      sender.trySendUnsafe(1)
      inside = false
    })
    yield* together(woken, waking)
  }),

  program("an event wakes those who wait behind each other, none inside the other", ["S-89", "S-160"], function* (see) {
    const event = yield* Sync.event
    let inside = 0
    const woken = Effect.andThen(
      event.wait,
      Effect.sync(() => {
        see.that(++inside === 1, "one at a time")
        inside--
      })
    )
    yield* together(woken, woken, woken, event.set)
  }),

  program(
    "every wake-up is a task of the scheduler, which may let others run before it",
    ["S-90", "S-89"],
    function* (see) {
      // Under a scheduler that explores, what is not its task escapes, or runs in no turn of its own.
      const [a, b] = [yield* Channel.make<number>({ capacity: 0 }), yield* Channel.make<number>({ capacity: 0 })]
      const relay = a.receiver.forEach((item) => b.sender.send(item + 1))
      const got: Array<number> = []
      yield* together(
        Effect.andThen(relay, b.sender.close),
        Effect.andThen(Effect.andThen(a.sender.send(1), a.sender.send(2)), a.sender.close),
        b.receiver.forEach((item) => Effect.sync(() => void got.push(item)))
      )
      see.equal(got, [2, 3], "in order")
    }
  ),

  ...ways.map((way) =>
    program(
      `what an operation takes for its continuation it takes in one step, by ${way}`,
      ["S-200", "S-70"],
      function* (see) {
        const { receiver, sender } = yield* Channel.make<number>({ capacity: 2 })
        const got: Array<number> = []
        yield* together(sender.send(1), sender.send(2))
        // Both items are there: the fast path.
        yield* cancelling(
          way,
          Effect.forEach([1, 2], () => Effect.map(receiver.receive, (item) => void got.push(item)))
        )
        yield* sender.close
        yield* receiver.forEach((item) => Effect.sync(() => void got.push(item)))
        see.equal(got, [1, 2], "nothing is lost, and the order is kept")
      }
    )
  )
]
