import { Effect, Exit, Option } from "effect"
import { Channel } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

export const kindPrograms: ReadonlyArray<Program> = [
  program("a reader of a watch sees the latest, and the last value once", ["S-136"], function* (see) {
    const { close, set, subscribe } = yield* Channel.watch(0)
    const read = Effect.scoped(
      Effect.gen(function* () {
        const seen: Array<number> = []
        const reader = yield* subscribe
        yield* reader.forEach((value) => Effect.sync(() => void seen.push(value)))
        see.equal(seen.at(-1), 2, "the last value is read")
        see.same(seen, [...new Set(seen)], "each once, in order")
      })
    )
    yield* together(read, Effect.andThen(Effect.andThen(set(1), set(2)), close), read)
  }),

  ...ways.map((way) =>
    program(`the first item of a oneshot closes it, by ${way}`, ["S-137", "S-76"], function* (see) {
      const undelivered: Array<number> = []
      const { receiver, sender } = yield* Channel.oneshot<number>({
        onUndelivered: (item) => Effect.sync(() => void undelivered.push(item))
      })
      const got: Array<number> = []
      const give = (item: number) => Effect.exit(sender.send(item))
      const [a, b] = yield* Effect.all(
        [
          give(1),
          give(2),
          cancelling(
            way,
            Effect.map(receiver.receive, (item) => void got.push(item))
          )
        ],
        { concurrency: 3 }
      )
      see.equal([a, b].filter(Exit.isSuccess).length, 1, "one is taken")
      yield* receiver.forEach((item) => Effect.sync(() => void got.push(item)))
      see.equal([got.length, undelivered.length], [1, 1], "one is received, the other undelivered")
    })
  ),

  ...ways.map((way) =>
    program(`to reserve the place of a oneshot closes it, by ${way}`, ["S-137", "S-115"], function* (see) {
      const { receiver, sender } = yield* Channel.oneshot<number>()
      const got: Array<number> = []
      const reserve = Effect.scoped(Effect.flatMap(sender.reserve, (permit) => permit.commit(1)))
      yield* together(
        cancelling(way, reserve),
        Effect.exit(sender.send(2)),
        Effect.map(receiver.receiveOption, (item) => void (Option.isSome(item) && got.push(item.value)))
      )
      see.that(got.length <= 1, "at most one item")
      see.that(Option.isNone(yield* receiver.receiveOption), "it has ended")
    })
  ),

  ...ways.map((way) =>
    program(
      `the body of produce ends the channel, and who leaves ends the body, by ${way}`,
      ["S-139", "S-140"],
      function* (see) {
        let cleaned = 0
        const got: Array<number> = []
        const consume = Effect.scoped(
          Effect.gen(function* () {
            const receiver = yield* Channel.produce("numbers", (sender: Channel.Sender<number>) =>
              Effect.ensuring(
                Effect.andThen(sender.send(1), sender.send(2)),
                Effect.andThen(
                  Effect.yieldNow,
                  Effect.sync(() => void cleaned++)
                )
              )
            )
            yield* receiver.forEach((item) => Effect.sync(() => void got.push(item)))
            see.equal(got, [1, 2], "the end comes behind the items")
          })
        )
        yield* cancelling(way, consume)
        see.that(cleaned <= 1, "its cleanup runs once")
        see.equal(got, [1, 2].slice(0, got.length), "in order")
      }
    )
  ),

  program("the failure of a producer comes behind its items", ["S-139"], function* (see) {
    const got: Array<number> = []
    const receiver = yield* Channel.produce("numbers", (sender: Channel.Sender<number, "e">) =>
      Effect.andThen(sender.send(1), Effect.fail("e" as const))
    )
    const error = yield* Effect.flip(receiver.forEach((item) => Effect.sync(() => void got.push(item))))
    see.equal([error, got], ["e", [1]], "the item, then the failure")
  }),

  program(
    "when the last receiver of a producer leaves, its body is cancelled, and its cleanup awaited",
    ["S-140"],
    function* (see) {
      let cleaned = false
      yield* Effect.scoped(
        Effect.gen(function* () {
          const receiver = yield* Channel.produce("numbers", (sender: Channel.Sender<number>) =>
            Effect.ensuring(
              Effect.forever(sender.send(1)),
              Effect.andThen(
                Effect.yieldNow,
                Effect.sync(() => void (cleaned = true))
              )
            )
          )
          yield* together(receiver.receive, receiver.receive)
          yield* receiver.cancel
        })
      )
      see.that(cleaned, "the close of the resource scope awaits it")
    }
  ),

  program("a tick is due at a whole number of intervals, and missed ticks are one", ["S-138"], function* (see) {
    const ticks = yield* Effect.scoped(
      Effect.gen(function* () {
        const ticker = yield* Channel.ticker(10)
        const first = yield* ticker.receive
        yield* together(Effect.sleep(35), Effect.sleep(35))
        const second = yield* ticker.receive
        const third = yield* ticker.receive
        return [second - first, third - second, (yield* ticker.statistics).missed]
      })
    )
    see.equal([ticks[0]! % 10, ticks[1]! % 10], [0, 0], "on the beat")
    see.that(ticks[2]! >= 1, "those that were missed are counted")
  }),

  ...ways.map((way) =>
    program(
      `a tick that a cancelled receive gives back is not lost, and no timer is left, by ${way}`,
      ["S-138", "S-70"],
      function* (see) {
        const got: Array<number> = []
        yield* Effect.scoped(
          Effect.gen(function* () {
            const ticker = yield* Channel.ticker(10)
            const read = Effect.map(ticker.receive, (tick) => void got.push(tick))
            yield* together(Effect.delay(cancelling(way, read), 10), read)
            yield* read
          })
        )
        see.equal(
          got,
          [...new Set(got)].toSorted((a, b) => a - b),
          "each once, in order"
        )
      }
    )
  )
]
