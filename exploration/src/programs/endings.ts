import { Cause, Effect, Exit, Fiber, Option } from "effect"
import { Channel } from "ferrule"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"

export const endingPrograms: ReadonlyArray<Program> = [
  program(
    "the end is not shown while an item is on its way to a receiver that is cancelled",
    ["S-72", "S-70"],
    function* (see) {
      const flow = yield* Flow.make(see, { capacity: 0 })
      const cut = yield* victim("interrupt", flow.receive)
      const first = yield* Effect.forkChild(cut.run)
      yield* together(Effect.andThen(flow.send(1), flow.sender.close), cut.cancel, flow.forEach)
      yield* Fiber.join(first)
      see.equal(flow.received, [1], "the item came before the end")
      yield* flow.over
    }
  ),

  program(
    "sends that wait at a close stay in line and are received; later ones fail",
    ["S-72", "S-74"],
    function* (see) {
      const flow = yield* Flow.make(see, { capacity: 0 })
      const waiting = yield* Effect.forkChild(flow.send(1))
      while ((yield* flow.receiver.statistics).waitingSenders === 0) yield* Effect.yieldNow
      const [, late] = yield* Effect.all(
        [flow.sender.close, Effect.andThen(Effect.sleep(1), Effect.flip(flow.sender.send(2))), flow.forEach],
        { concurrency: 3 }
      )
      see.equal([late._tag, late.by], ["ChannelClosed", "sender"], "it says whose end closed")
      yield* Fiber.join(waiting)
      see.equal(flow.received, [1], "the send that waited is received")
      see.equal((yield* flow.receiver.statistics).undelivered, 1, "the late one is undelivered")
    }
  ),

  program("after the end receive is done again and again, and none and loops end", ["S-73"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    yield* together(
      Effect.andThen(flow.send(1), flow.sender.close),
      flow.forEach,
      Effect.andThen(
        Effect.sleep(1),
        Effect.map(flow.receiver.receiveOption, (got) => see.that(Option.isNone(got), "none"))
      )
    )
    for (const _ of [1, 2]) {
      const exit = yield* Effect.exit(flow.receiver.receive)
      see.that(
        Exit.isFailure(exit) && exit.cause.reasons.some((r) => Cause.isFailReason(r) && Cause.isDone(r.error)),
        "done"
      )
    }
    yield* flow.over
  }),

  program(
    "a failure stands in the place of the end, behind the items, for every receiver",
    ["S-73", "S-66"],
    function* (see) {
      const { receiver, sender } = yield* Channel.make<number, string>({ capacity: 1 })
      const got: Array<number> = []
      const read = Effect.flip(receiver.forEach((item) => Effect.sync(() => void got.push(item))))
      const [a, b] = yield* Effect.all([read, read, Effect.andThen(sender.send(1), sender.fail("e"))], {
        concurrency: 3
      })
      see.equal([a, b, got], ["e", "e", [1]], "both readers fail after the item")
    }
  ),

  program(
    "when the last receiver is cancelled what is left is undelivered, and sends fail",
    ["S-75", "S-76", "S-74"],
    function* (see) {
      const flow = yield* Flow.make(see, { capacity: 1 })
      yield* together(flow.send(1), flow.send(2), flow.receiver.cancel)
      see.equal([flow.sent.length + flow.refused.length, flow.received], [2, []], "each was told")
      see.same(flow.undelivered, [1, 2], "both are undelivered, once")
      yield* flow.over
    }
  ),

  program(
    "a channel ends with its last sender; a clone closes with its resource scope",
    ["S-72", "S-79"],
    function* (see) {
      const flow = yield* Flow.make(see, { capacity: 0 })
      const cloned = Effect.scoped(
        Effect.flatMap(
          Effect.orElseSucceed(flow.sender.clone, () => flow.sender),
          (clone) => Effect.ignore(flow.sendOn(clone, 1))
        )
      )
      const opened = yield* Effect.exit(Effect.scoped(flow.sender.clone))
      see.that(Exit.isSuccess(opened), "an open handle can be cloned")
      yield* together(Effect.exit(cloned), Effect.andThen(flow.send(2), flow.sender.close), flow.forEach)
      yield* flow.over
    }
  ),

  program("to clone a closed handle is a defect, in one step with the close", ["S-79"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const [exit] = yield* Effect.all(
      [
        Effect.exit(Effect.scoped(Effect.flatMap(flow.sender.clone, (clone) => flow.sendOn(clone, 1)))),
        flow.sender.close,
        flow.forEach
      ],
      { concurrency: 3 }
    )
    see.that(Exit.isSuccess(exit) || Exit.hasDies(exit), "a clone, or a defect")
    see.equal(flow.received, Exit.isSuccess(exit) ? [1] : [], "what a clone sends is received")
    yield* flow.over
  }),

  program("sender.use closes on success, and no receiver is a normal end", ["S-77", "S-75"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 0 })
    yield* together(
      flow.sender.use((sender) => Effect.andThen(flow.sendOn(sender, 1), flow.sendOn(sender, 2))),
      flow.receiver.use(() => flow.receive)
    )
    see.equal(flow.received, [1], "one was received")
    see.equal((yield* flow.receiver.statistics).receivers, 0, "the receiver's handle is cancelled")
    yield* flow.over
  }),

  ...ways.map((way) =>
    program(`a body of sender.use that is cancelled shows nobody a clean end, by ${way}`, ["S-77"], function* (see) {
      const flow = yield* Flow.make(see, { capacity: 1 })
      const ended = yield* cancelling(
        way,
        flow.sender.use((sender) => flow.sendOn(sender, 1))
      )
      const closed = (yield* flow.receiver.statistics).senders === 0
      if (ended._tag === "value") see.that(closed, "on success it is closed")
      yield* flow.sender.close
      yield* flow.forEach
      yield* flow.over
    })
  ),

  ...ways.map((way) =>
    program(`receiver.use cancels its handle on any exit, by ${way}`, ["S-78"], function* (see) {
      const flow = yield* Flow.make(see, { capacity: 1 })
      let began = false
      const using = flow.receiver.use(() =>
        Effect.andThen(
          Effect.sync(() => void (began = true)),
          flow.receive
        )
      )
      yield* together(cancelling(way, using), flow.send(1), Effect.andThen(Effect.sleep(1), flow.sender.close))
      if (began) see.equal((yield* flow.receiver.statistics).receivers, 0, "it is cancelled")
      yield* flow.over
    })
  ),

  program("split hands a handle on: the last part ends the channel", ["S-121", "S-72"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 0 })
    const [a, b] = yield* flow.sender.split(2)
    yield* together(
      Effect.andThen(flow.sendOn(a!, 1), a!.close),
      Effect.andThen(flow.sendOn(b!, 2), b!.close),
      flow.forEach
    )
    see.same(flow.received, [1, 2], "both were received before the end")
    see.that(Exit.hasDies(yield* Effect.exit(flow.sender.split(2))), "a handle that is used up cannot be split")
    yield* flow.over
  }),

  program("statistics are of one instant, and the high-water mark stays", ["S-80"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const look = Effect.map(flow.receiver.statistics, (now) => {
      see.that(now.sent === now.received + now.buffered + now.undelivered, "given = received + buffered + undelivered")
      see.that(now.peak >= now.buffered && now.buffered <= 1, "the mark is above what is buffered")
    })
    yield* together(Effect.andThen(flow.send(1), flow.send(2)), Effect.andThen(flow.receive, flow.receive), look, look)
    yield* flow.sender.close
    yield* flow.over
  })
]
