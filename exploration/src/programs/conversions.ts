import { Effect, Exit, Queue, Scope, Stream } from "effect"
import { Channel } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, ways } from "../together.ts"

export const conversionPrograms: ReadonlyArray<Program> = [
  ...ways.map((way) =>
    program(
      `what is taken out of a stream is received or undelivered, and the stream released, by ${way}`,
      ["S-190", "S-192", "S-193"],
      function* (see) {
        let [pulled, released] = [0, 0]
        const received: Array<number> = []
        const undelivered: Array<number> = []
        const source = Stream.fromIterable([1, 2, 3]).pipe(
          Stream.rechunk(1),
          Stream.tap(() => Effect.sync(() => void pulled++)),
          Stream.ensuring(Effect.sync(() => void released++))
        )
        const read = Effect.scoped(
          Effect.flatMap(
            Channel.fromStream(source, {
              capacity: 1,
              onUndelivered: (item: number) => Effect.sync(() => void undelivered.push(item))
            }),
            (receiver) => Effect.map(receiver.receive, (item) => void received.push(item))
          )
        )
        yield* cancelling(way, read)
        see.that(released <= 1 && (pulled === 0 || released === 1), "it is released, once")
        const fates = [...received, ...undelivered]
        see.that(new Set(fates).size === fates.length, "nothing comes twice")
        see.that(
          pulled - fates.length <= 1 && pulled <= received.length + 2,
          "no more is pulled than there is room for"
        )
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `what is left in a queue is undelivered when its conversion ends, by ${way}`,
      ["S-195", "S-193", "S-192"],
      function* (see) {
        const queue = yield* Queue.bounded<number>(4)
        yield* Queue.offerAll(queue, [1, 2, 3])
        const received: Array<number> = []
        const undelivered: Array<number> = []
        const read = Effect.scoped(
          Effect.flatMap(
            Channel.fromQueue(queue, {
              capacity: 1,
              onUndelivered: (item: number) => Effect.sync(() => void undelivered.push(item))
            }),
            (receiver) => Effect.map(receiver.receive, (item) => void received.push(item))
          )
        )
        yield* cancelling(way, read)
        const left = yield* Effect.map(Effect.exit(Queue.clear(queue)), (exit) =>
          Exit.isSuccess(exit) ? exit.value : []
        )
        see.same([...received, ...undelivered, ...left], [1, 2, 3], "each has one fate")
      }
    )
  ),

  program("the end and the failure of a source come behind its items", ["S-191"], function* (see) {
    const got: Array<number> = []
    const failing = Stream.concat(Stream.make(1, 2), Stream.fail("e"))
    const receiver = yield* Channel.fromStream(failing, { capacity: 1 })
    const read = Effect.exit(receiver.forEach((item) => Effect.sync(() => void got.push(item))))
    const exits = yield* Effect.all([read, read], { concurrency: 2 })
    see.that(exits.every(Exit.isFailure), "both see the failure")
    see.same(got, [1, 2], "behind the items")
  }),

  program(
    "a receiver that outlives the conversion's scope is shown a defect behind the items",
    ["S-194"],
    function* (see) {
      let clone: Channel.Receiver<number> | undefined
      const outer = yield* Effect.scope
      yield* Effect.scoped(
        Effect.gen(function* () {
          const receiver = yield* Channel.fromStream(Stream.concat(Stream.make(1), Stream.never), { capacity: 1 })
          clone = yield* Effect.provideService(receiver.clone, Scope.Scope, outer)
        })
      )
      const read = Effect.exit(clone!.forEach(() => Effect.void))
      const exits = yield* Effect.all([read, read], { concurrency: 2 })
      see.that(exits.every(Exit.hasDies), "a defect, and no clean end")
    }
  ),

  program(
    "a defect in a producer is shown to its receivers, and told to the failure hook",
    ["S-139", "S-91"],
    function* (see) {
      const exit = yield* Effect.scoped(
        Effect.gen(function* () {
          const receiver = yield* Channel.produce("numbers", (sender: Channel.Sender<number>) =>
            Effect.andThen(sender.send(1), Effect.die("d"))
          )
          return yield* Effect.exit(receiver.forEach(() => Effect.void))
        })
      )
      see.that(Exit.hasDies(exit), "shown")
      see.equal(
        see.told().map(({ kind }) => kind),
        ["defect"],
        "told once"
      )
    }
  )
]
