import { Effect, Exit } from "effect"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

const reserving = (flow: Flow, item: number) =>
  Effect.scoped(Effect.flatMap(flow.sender.reserve, (permit) => Effect.andThen(Effect.yieldNow, permit.commit(item))))

export const permitPrograms: ReadonlyArray<Program> = [
  ...[0, 1].flatMap((capacity) => [
    program(
      `a permit is a place, in one line with sends, at capacity ${capacity}`,
      ["S-110", "S-111", "S-112", "S-65"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        yield* together(Effect.andThen(together(reserving(flow, 1), flow.send(2)), flow.sender.close), flow.forEach)
        see.same(flow.received, [1, 2], "both are received before the end")
        yield* flow.over
      }
    ),

    program(
      `the end is not shown while a permit is held, at capacity ${capacity}`,
      ["S-113", "S-112", "S-116"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        let reserved = false
        const holding = Effect.scoped(
          Effect.flatMap(flow.sender.reserve, (permit) => {
            reserved = true
            return Effect.andThen(Effect.sleep(1), permit.commit(1))
          })
        )
        yield* together(Effect.ignore(holding), flow.sender.close, flow.forEach)
        see.equal(flow.received, reserved ? [1] : [], "what a permit commits is received before the end")
        yield* flow.over
      }
    ),

    program(
      `a permit that is given back is the first in line's, at capacity ${capacity}`,
      ["S-110", "S-114"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity })
        const giveBack = Effect.scoped(Effect.andThen(flow.sender.reserve, Effect.yieldNow))
        yield* together(Effect.ignore(giveBack), Effect.andThen(flow.send(1), flow.sender.close), flow.forEach)
        see.equal(flow.received, [1], "the send had a place")
        yield* flow.over
      }
    )
  ]),

  ...ways.map((way) =>
    program(`a reserve that is cancelled sets nothing aside, by ${way}`, ["S-115", "S-110", "S-284"], function* (see) {
      const flow = yield* Flow.make(see, { capacity: 1 })
      yield* together(
        cancelling(way, reserving(flow, 1)),
        Effect.andThen(flow.send(2), flow.send(3)),
        Effect.andThen(flow.receive, flow.receive)
      )
      see.that((yield* flow.receiver.statistics).waitingSenders === 0, "nobody waits for a place")
      yield* flow.sender.close
      yield* flow.forEach
      yield* flow.over
    })
  ),

  ...ways.map((way) =>
    program(
      `nobody overtakes who waits for a permit to commit, by ${way}`,
      ["S-116", "S-115", "S-65"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 0 })
        yield* together(
          cancelling(way, reserving(flow, 1)),
          Effect.andThen(flow.send(2), flow.sender.close),
          flow.receive,
          flow.forEach
        )
        yield* flow.over
      }
    )
  ),

  program("a permit commits once, while its resource scope is open", ["S-114"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 2 })
    const exits = yield* Effect.scoped(
      Effect.flatMap(flow.sender.reserve, (permit) =>
        Effect.all([Effect.exit(permit.commit(1)), Effect.exit(permit.commit(2))], { concurrency: 2 })
      )
    )
    see.equal(exits.filter(Exit.isSuccess).length, 1, "one commits")
    see.that(exits.some(Exit.hasDies), "the other is a defect")
    yield* flow.sender.close
    yield* flow.forEach
    see.equal(flow.received.length, 1, "one item came")
    yield* flow.over
  }),

  program("a permit whose last receiver goes commits to nobody: undelivered", ["S-112"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const ended = yield* Effect.all([Effect.exit(reserving(flow, 1)), flow.receiver.cancel], { concurrency: 2 })
    if (Exit.isSuccess(ended[0])) see.equal(flow.undelivered, [1], "the item is undelivered")
    yield* flow.over
  })
]
