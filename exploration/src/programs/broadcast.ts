import { Effect, Exit } from "effect"
import { Channel } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

export const broadcastPrograms: ReadonlyArray<Program> = [
  program("a broadcast gives each item to all its readers, in one order", ["S-130", "S-131"], function* (see) {
    const cast = yield* Channel.broadcast<number>()
    const seen: ReadonlyArray<Array<number>> = [[], []]
    const readers = yield* Effect.forEach(seen, () => cast.subscribe({ capacity: 1, onLag: "wait" }))
    const read = readers.map((reader, index) =>
      reader.forEach((item) => Effect.sync(() => void seen[index]!.push(item)))
    )
    yield* together(...read, Effect.andThen(together(cast.send(1), cast.send(2)), cast.close))
    see.equal(seen[0], seen[1], "one order")
    see.same(seen[0]!, [1, 2], "every item")
  }),

  ...ways.map((way) =>
    program(
      `a publish that is cancelled while it waits was given to nobody or to all, by ${way}`,
      ["S-132", "S-130", "S-131"],
      function* (see) {
        const cast = yield* Channel.broadcast<number>()
        const seen: ReadonlyArray<Array<number>> = [[], []]
        const readers = yield* Effect.forEach(seen, () => cast.subscribe({ capacity: 1, onLag: "wait" }))
        yield* cast.send(0)
        const read = readers.map((reader, index) =>
          reader.forEach((item) => Effect.sync(() => void seen[index]!.push(item)))
        )
        yield* together(...read, Effect.andThen(cancelling(way, cast.send(1)), cast.close))
        see.equal(seen[0], seen[1], "both or none")
        see.oneOf(seen[0], [[0], [0, 1]], "the first is there")
      }
    )
  ),

  ...ways.map((way) =>
    program(`a reader that leaves lets the publishes go on, by ${way}`, ["S-131", "S-135"], function* (see) {
      const cast = yield* Channel.broadcast<number>()
      const stays = yield* cast.subscribe({ capacity: 1, onLag: "wait" })
      const seen: Array<number> = []
      const leaving = Effect.scoped(
        Effect.flatMap(cast.subscribe({ capacity: 1, onLag: "wait" }), (reader) =>
          Effect.andThen(reader.receive, Effect.never)
        )
      )
      yield* together(
        cancelling(way, leaving),
        Effect.andThen(Effect.forEach([1, 2, 3], cast.send), cast.close),
        stays.forEach((item) => Effect.sync(() => void seen.push(item)))
      )
      see.equal(seen, [1, 2, 3], "the one that stays has all")
    })
  ),

  ...ways.map((way) =>
    program(
      `a receive that is cancelled gives its item back to a reader that skips, by ${way}`,
      ["S-133"],
      function* (see) {
        const cast = yield* Channel.broadcast<number>()
        const reader = yield* cast.subscribe({ capacity: 1, onLag: "skip" })
        const seen: Array<number> = []
        const got = (item: number) => void seen.push(item)
        yield* together(cancelling(way, Effect.map(reader.receive, got)), Effect.forEach([1, 2], cast.send))
        yield* cast.close
        yield* reader.forEach((item) => Effect.sync(() => got(item)))
        const { missed } = yield* reader.statistics
        see.equal(seen.length + missed, 2, "each item is received or missed")
        see.inOrder(seen, "in order")
      }
    )
  ),

  program("a reader that fails on lag is out, and touches nobody else", ["S-134", "S-135"], function* (see) {
    const cast = yield* Channel.broadcast<number>()
    const strict = yield* cast.subscribe({ capacity: 1, onLag: "fail" })
    const other = yield* cast.subscribe({ capacity: 3, onLag: "wait" })
    const [seen, seenByOther]: [Array<number>, Array<number>] = [[], []]
    const reading = Effect.exit(strict.forEach((item) => Effect.sync(() => void seen.push(item))))
    const [exit] = yield* Effect.all(
      [
        reading,
        Effect.andThen(Effect.forEach([1, 2, 3], cast.send), cast.close),
        other.forEach((item) => Effect.sync(() => void seenByOther.push(item)))
      ],
      { concurrency: 3 }
    )
    see.equal(seenByOther, [1, 2, 3], "the other has all")
    see.equal(seen, [1, 2, 3].slice(0, seen.length), "what it read came in order")
    if (Exit.isSuccess(exit)) see.equal(seen.length, 3, "who was not out has read all")
    else {
      const error = yield* Effect.flip(strict.receive)
      see.equal(error._tag, "Lagged", "from then on it fails")
      if (error._tag === "Lagged") see.that(seen.length + error.missed <= 3, "it counts what it missed")
    }
  }),

  program("clones of a receiver share its items", ["S-135"], function* (see) {
    const cast = yield* Channel.broadcast<number>()
    const reader = yield* cast.subscribe({ capacity: 1, onLag: "wait" })
    const clone = yield* reader.clone
    const seen: Array<number> = []
    const read = (one: typeof reader) => one.forEach((item) => Effect.sync(() => void seen.push(item)))
    yield* together(read(reader), read(clone), Effect.andThen(Effect.forEach([1, 2], cast.send), cast.close))
    see.same(seen, [1, 2], "each item once")
  })
]
