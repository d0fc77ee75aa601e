import { Effect, Random } from "effect"
import { Channel } from "ferrule"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

/**
 * Which of two ready clauses a fair select takes is drawn from Effect's `Random`: once this one, once the other. It stands
 * around the select and its continuation: a select commits in one step with what comes right after it.
 */
const drawing =
  (at: number) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.provideService(self, Random.Random, { nextDoubleUnsafe: () => at, nextIntUnsafe: () => at })

const draws = [0, 0.99]

export const selectCommitPrograms: ReadonlyArray<Program> = [
  ...draws.map((draw) =>
    program(`a select of two channels takes one item, drawing ${draw}`, ["S-81", "S-82"], function* (see) {
      const [a, b] = [yield* Flow.make(see, { capacity: 1 }), yield* Flow.make(see, { capacity: 1 })]
      const chosen = Channel.select({ a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }).pipe(
        Effect.map(({ _tag, value }) => void (_tag === "a" ? a : b).received.push(value)),
        drawing(draw)
      )
      yield* together(chosen, a.send(1), b.send(2))
      see.equal(a.received.length + b.received.length, 1, "one clause committed")
      const left = [yield* a.receiver.statistics, yield* b.receiver.statistics]
      see.equal(left[0]!.buffered + left[1]!.buffered, 1, "the other item is where it was")
      see.equal([left[0]!.waitingReceivers, left[1]!.waitingReceivers], [0, 0], "the other clause left no trace")
      for (const flow of [a, b]) yield* Effect.andThen(flow.sender.close, Effect.andThen(flow.forEach, flow.over))
    })
  ),

  ...draws.map((draw) =>
    program(
      `two selects that meet at a rendezvous commit to each other once, drawing ${draw}`,
      ["S-81", "S-65"],
      function* (see) {
        const [a, b] = [yield* Flow.make(see, { capacity: 0 }), yield* Flow.make(see, { capacity: 0 })]
        const one = (out: Flow, into: Flow, item: number) =>
          Channel.select({ out: Channel.sending(out.sender, item), in: Channel.receiving(into.receiver) }).pipe(
            Effect.map((chosen) => {
              if (chosen._tag === "in") into.received.push(chosen.value)
              else out.sent.push(item)
            }),
            drawing(draw)
          )
        yield* together(one(a, b, 1), one(b, a, 2))
        see.equal(a.received.length + b.received.length, 1, "one item has changed hands")
        for (const flow of [a, b]) {
          see.equal(flow.received, flow.sent, "one gave it, one took it")
          yield* flow.over
        }
      }
    )
  ),

  ...draws.map((draw) =>
    program(
      `a select that sends or receives on one channel gives or takes once, drawing ${draw}`,
      ["S-81", "S-65"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 1 })
        const both = (item: number) =>
          Channel.select({ out: Channel.sending(flow.sender, item), in: Channel.receiving(flow.receiver) }).pipe(
            Effect.map(
              (chosen) => void (chosen._tag === "in" ? flow.received.push(chosen.value) : flow.sent.push(item))
            ),
            drawing(draw)
          )
        yield* together(both(1), both(2), both(3))
        yield* flow.sender.close
        yield* flow.forEach
        see.same(flow.received, flow.sent, "what was given was received")
        yield* flow.over
      }
    )
  ),

  ...draws.flatMap((draw) =>
    ways.map((way) =>
      program(
        `a select that is cancelled gives back what was on its way, by ${way}, drawing ${draw}`,
        ["S-88", "S-81"],
        function* (see) {
          const [a, b] = [yield* Flow.make(see, { capacity: 1 }), yield* Flow.make(see, { capacity: 1 })]
          const chosen = Channel.select({ a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }).pipe(
            Effect.map(({ _tag, value }) => void (_tag === "a" ? a : b).received.push(value)),
            drawing(draw)
          )
          yield* together(cancelling(way, chosen), a.send(1), b.send(2))
          for (const flow of [a, b]) {
            yield* flow.sender.close
            yield* flow.forEach
            see.equal(flow.received.length, 1, "the item was received, by the select or later")
            yield* flow.over
          }
        }
      )
    )
  ),

  ...draws.flatMap((draw) =>
    ways.map((way) =>
      program(
        `a sending clause that did not commit has given nothing, by ${way}, drawing ${draw}`,
        ["S-88", "S-81"],
        function* (see) {
          const flow = yield* Flow.make(see, { capacity: 0 })
          const other = yield* Flow.make(see, { capacity: 1 })
          let given = false
          const chosen = Channel.select({
            out: Channel.sending(flow.sender, 1),
            in: Channel.receiving(other.receiver)
          }).pipe(
            Effect.map((chosen) => {
              if (chosen._tag === "in") other.received.push(chosen.value)
              else given = true
            }),
            drawing(draw)
          )
          yield* together(
            cancelling(way, chosen),
            Effect.andThen(Effect.sleep(1), flow.sender.close),
            other.send(2),
            flow.receive
          )
          if (given) see.equal(flow.received, [1], "what was given was received")
          if (other.received.length > 0) see.equal(flow.received, [], "the other clause committed: nothing was given")
          yield* flow.over
          yield* other.sender.close
          yield* other.forEach
          yield* other.over
        }
      )
    )
  )
]
