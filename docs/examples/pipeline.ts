/**
 * Numbers are squared, three at a time, those that leave 1 when divided by 3 are kept, and a sink takes them in order. All
 * channels are small, so a slow stage makes those before it wait; one that stops makes them stop; and one that fails
 * makes the whole of it fail.
 */
import { Console, Effect, Stream } from "effect"
import { Channel, TaskGroup } from "ferrule"

export const pipeline = <A, E, E2>(
  source: Iterable<number>,
  square: (n: number) => Effect.Effect<number, E>,
  sink: (squares: Channel.Receiver<number>) => Effect.Effect<A, E2>
) =>
  TaskGroup.run("pipeline", function* (group) {
    const numbers = yield* Channel.make<number>({ name: "numbers", capacity: 4 })
    const squares = yield* Channel.make<number>({ name: "squares", capacity: 4 })
    const kept = yield* Channel.make<number>({ name: "kept", capacity: 4 })

    // Each stage owns the end it sends into, and gives up the end it receives from, when it ends, however it does.
    const produce = numbers.sender.use(function* (tx) {
      for (const n of source) yield* tx.send(n)
    })
    const work = numbers.receiver.use((rx) =>
      squares.sender.use((tx) =>
        Stream.runForEach(TaskGroup.mapStream(rx, square, { limit: 3, ordered: true }), tx.send)
      )
    )
    const keep = squares.receiver.use((rx) =>
      kept.sender.use((tx) => rx.forEach((n) => (n % 3 === 1 ? tx.send(n) : Effect.void)))
    )
    yield* group.spawn(produce, "produce")
    yield* group.spawn(work, "work")
    yield* group.spawn(keep, "keep")
    return yield* kept.receiver.use(sink)
  })

export const oneTo = function* (last: number) {
  for (let n = 1; n <= last; n++) yield n
}

if (import.meta.main) {
  const square = (n: number) => Effect.as(Effect.sleep("2 millis"), n * n)
  const sum = (rx: Channel.Receiver<number>) =>
    Stream.runFold(
      rx.stream,
      () => 0,
      (sum, n) => sum + n
    )
  await Effect.runPromise(Effect.flatMap(pipeline(oneTo(1000), square, sum), Console.log))

  const firstFive = (rx: Channel.Receiver<number>) => Stream.runCollect(Stream.take(rx.stream, 5))
  await Effect.runPromise(Effect.flatMap(pipeline(oneTo(Infinity), square, firstFive), Console.log))

  const broken = (n: number) => (n === 500 ? Effect.fail(`bad ${n}`) : square(n))
  await Effect.runPromise(Effect.flatMap(Effect.flip(pipeline(oneTo(1000), broken, sum)), Console.log))
}
// => 222555889
// => [ 1, 4, 16, 25, 49 ]
// => bad 500
