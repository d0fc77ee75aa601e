import { Effect, Fiber } from "effect"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"

export const conservationPrograms: ReadonlyArray<Program> = [
  ...[0, 1, 2].flatMap((capacity) => [
    program(
      `one producer's items come once and in order, at capacity ${capacity}`,
      ["S-65", "S-66", "S-68"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        yield* together(Effect.andThen(Effect.andThen(flow.send(1), flow.send(2)), flow.sender.close), flow.forEach)
        see.equal(flow.received, [1, 2], "all came, in the order in which they went in")
        yield* flow.over
      }
    ),

    program(
      `two producers and a close lose nothing, at capacity ${capacity}`,
      ["S-65", "S-72", "S-73"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        yield* together(flow.send(1), flow.send(2), flow.sender.close, flow.forEach)
        see.same(flow.received, flow.sent, "what was sent was received")
        yield* flow.over
      }
    ),

    program(
      `close beside send beside a receiver that is cancelled, at capacity ${capacity}`,
      ["S-65", "S-72", "S-75", "S-76"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        yield* together(
          flow.send(1),
          flow.sender.close,
          cancelling("interrupt", flow.receive),
          Effect.andThen(flow.receive, flow.receiver.cancel)
        )
        yield* flow.over
      }
    )
  ]),

  ...ways.map((way) =>
    program(
      `a receive that is cancelled loses no item: the next in line has it, by ${way}`,
      ["S-65", "S-67", "S-70"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 0 })
        yield* together(
          cancelling(way, flow.receive),
          flow.receive,
          flow.send(1),
          Effect.andThen(Effect.sleep(1), flow.sender.close)
        )
        see.equal(flow.received, [1], "somebody has it")
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `an item whose receive is cancelled is back at its place, in order, by ${way}`,
      ["S-70", "S-66"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 2 })
        const cut = yield* victim(way, flow.receive)
        const fiber = yield* Effect.forkChild(cut.run)
        yield* together(Effect.andThen(flow.send(1), flow.send(2)), cut.cancel)
        yield* Fiber.join(fiber)
        yield* flow.sender.close
        yield* flow.forEach
        see.equal(flow.received, [1, 2], "in the order in which they went in")
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `a waiting send that is cancelled leaves the line and is undelivered, by ${way}`,
      ["S-71", "S-66", "S-76"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 0 })
        yield* together(cancelling(way, flow.send(1)), Effect.andThen(flow.send(2), flow.sender.close), flow.forEach)
        see.that(flow.received.includes(2), "the other is received")
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `two receivers that are cancelled at once put back what they had, in order, by ${way}`,
      ["S-70", "S-67"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 2 })
        const [a, b] = [yield* victim(way, flow.receive), yield* victim(way, flow.receive)]
        const fibers = [yield* Effect.forkChild(a.run), yield* Effect.forkChild(b.run)]
        yield* together(Effect.andThen(flow.send(1), flow.send(2)), a.cancel, b.cancel)
        yield* Effect.forEach(fibers, Fiber.join)
        const gotNone = flow.received.length === 0
        yield* flow.sender.close
        yield* flow.forEach
        see.same(flow.received, [1, 2], "both came")
        if (gotNone) see.equal(flow.received, [1, 2], "in the order in which they went in")
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `a sender that was given its place keeps it: nobody takes the place of one who was cancelled twice, by ${way}`,
      ["S-67", "S-71"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 1 })
        yield* flow.send(0)
        yield* together(
          cancelling(way, flow.send(1)),
          flow.trySend(2),
          flow.receive,
          Effect.andThen(Effect.sleep(1), Effect.andThen(flow.sender.close, flow.forEach))
        )
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(`what trySend says is in one step with what it does, by ${way}`, ["S-69", "S-120"], function* (see) {
      const flow = yield* Flow.make(see, { capacity: 1 })
      yield* together(cancelling(way, flow.trySend(1)), flow.trySend(2), flow.tryReceive)
      yield* flow.sender.close
      yield* flow.forEach
      see.same(flow.received, flow.sent, "what was said to be sent was received, and only that")
      yield* flow.over
    })
  )
]
