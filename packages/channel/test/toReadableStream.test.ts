import { mayLeave } from "@ferrule/testing/vitest"
import { Readable } from "node:stream"
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { region, start, upTo } from "./support/running.ts"
import { collector, settled } from "./support/sources.ts"

const promised = <A>(promise: () => Promise<A>) => Effect.promise(promise)

const collect = async <A>(stream: ReadableStream<A>): Promise<ReadonlyArray<A>> => {
  const items: Array<A> = []
  for await (const item of stream) items.push(item)
  return items
}

const first = async (readable: Readable): Promise<unknown> => {
  for await (const item of readable) return item
}

it.live("the items come in order, and the end of the channel closes the stream", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 20 })
    yield* sender.use((tx) => Effect.forEach(upTo(20), tx.send))
    const stream = yield* Channel.toReadableStream(receiver)
    expect(yield* promised(() => collect(stream))).toEqual(upTo(20))
  })
)

it.live("it takes nothing that was not asked for", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "what was not asked for stays")
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 4 })
    for (const i of upTo(4)) yield* sender.send(i)
    const reader = (yield* Channel.toReadableStream(receiver)).getReader()
    yield* settled
    expect(yield* receiver.statistics).toMatchObject({ received: 0, waitingReceivers: 0 })
    expect(yield* promised(() => reader.read())).toEqual({ done: false, value: 0 })
    yield* settled
    expect(yield* receiver.statistics).toMatchObject({ received: 1, buffered: 3 })
  })
)

it.live("the error of the channel errors the stream, after the items; so does a defect", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string, Error>({ capacity: 2 })
    yield* sender.send("a")
    const failed = new Error("no disk")
    yield* sender.fail(failed)
    const reader = (yield* Channel.toReadableStream(receiver)).getReader()
    expect(yield* promised(() => reader.read())).toEqual({ done: false, value: "a" })
    expect(yield* promised(() => reader.read().catch((error: unknown) => error))).toBe(failed)
  })
)

it.live("to cancel the stream cancels the handle: what is left is undelivered, and the producer ends", () =>
  Effect.gen(function* () {
    const { lost, onUndelivered } = collector<number>()
    const { sender, receiver } = yield* Channel.make<number>({ capacity: 4, onUndelivered })
    for (const i of upTo(3)) yield* sender.send(i)
    const reader = (yield* Channel.toReadableStream(receiver)).getReader()
    yield* promised(() => reader.read())
    yield* promised(() => reader.cancel("enough"))
    expect(lost).toEqual([1, 2])
    expect(yield* Effect.flip(sender.send(3))).toMatchObject({ by: "receiver" })
  })
)

it.live("an item on its way when the stream is cancelled goes to the next receiver", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const other = yield* receiver.clone
    const reader = (yield* Channel.toReadableStream(receiver)).getReader()
    const read = reader.read()
    yield* settled
    expect(yield* receiver.statistics).toMatchObject({ waitingReceivers: 1 })
    const waiting = yield* start(other.receive)
    const [answer, cancelled] = yield* Effect.sync(() => [sender.trySendUnsafe("mine"), reader.cancel()] as const)
    yield* promised(() => cancelled)
    expect([answer, yield* promised(() => read), yield* Fiber.join(waiting)]).toMatchObject([
      "sent",
      { done: true },
      "mine"
    ])
    expect(yield* other.statistics).toMatchObject({ sent: 1, received: 1, undelivered: 0, receivers: 1 })
  }).pipe(Effect.scoped)
)

it("what a read that is cancelled was about to get is undelivered, on any scheduler", async () => {
  let cancelled = 0
  for (let seed = 0; seed < 400; seed++) {
    const random = randomFrom(seed)
    const scheduler = new RandomScheduler(random)
    const steps = (): void => {
      for (let left = Math.floor(random() * 8); left > 0; left--) scheduler.step()
    }
    const { lost, onUndelivered } = collector<number>()
    const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: 1, onUndelivered }))
    const opening = Effect.runFork(Channel.toReadableStream(receiver), { scheduler })
    scheduler.toTheEnd()
    const reader = Effect.runSync(Fiber.join(opening)).getReader()
    // Before that, a stream does not pull.
    await new Promise((resolve) => setImmediate(resolve))
    Effect.runFork(Effect.forEach([1, 2], sender.send), { scheduler })
    steps()
    const read = reader.read()
    steps()
    const closed = reader.cancel()
    scheduler.toTheEnd()
    await closed
    const { done, value } = await read
    const got = done ? [] : [value]
    const { received, undelivered } = Effect.runSync(receiver.statistics)
    expect({ seed, received, undelivered }).toEqual({ seed, received: got.length, undelivered: lost.length })
    if (done) cancelled++
  }
  expect(cancelled).toBeGreaterThan(10)
})

it.live("a pull that waits is no wait of the task that has made the stream: a cancelled task does not end it", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>()
    const task = region(Effect.flatMap(Channel.toReadableStream(receiver), (stream) => Effect.sync(() => stream)))
    const exit = yield* task.run
    const reader = (Exit.isSuccess(exit) ? exit.value : yield* Effect.die("no stream")).getReader()
    const read = reader.read()
    task.mark()
    yield* settled
    yield* sender.send("still here")
    expect(yield* promised(() => read)).toEqual({ done: false, value: "still here" })
  })
)

it.live(
  "a handle that is cancelled before the end, by hand or by its scope, is an error of the stream, not its end",
  () =>
    Effect.gen(function* () {
      const thrown = (read: Promise<unknown>) => promised(() => read.then(() => "no error", String))
      const { receiver } = yield* Channel.make<string>("lines")
      const reader = (yield* Channel.toReadableStream(receiver)).getReader()
      const read = reader.read()
      yield* receiver.cancel
      expect(yield* thrown(read)).toContain('the Web stream of channel "lines" was cut off')
      const unread = yield* Effect.scoped(
        Effect.flatMap(
          Channel.produce("pages", (tx: Channel.Sender<string>) => tx.send("one"), { capacity: 1 }),
          Channel.toReadableStream
        )
      )
      expect(yield* thrown(unread.getReader().read())).toContain('the Web stream of channel "pages" was cut off')
    })
)

it.live("a handle that is cancelled after the end changes nothing: the stream ends, or fails, as the channel did", () =>
  Effect.gen(function* () {
    const failed = new Error("no disk")
    const lastOf = (end: (sender: Channel.Sender<string, Error>) => Effect.Effect<void>) =>
      Effect.gen(function* () {
        const { sender, receiver } = yield* Channel.make<string, Error>({ capacity: 1 })
        yield* sender.send("a")
        yield* end(sender)
        const reader = (yield* Channel.toReadableStream(receiver)).getReader()
        expect(yield* promised(() => reader.read())).toEqual({ done: false, value: "a" })
        yield* receiver.cancel
        return yield* promised(() => reader.read().catch((error: unknown) => error))
      })
    expect(yield* lastOf(({ close }) => close)).toMatchObject({ done: true })
    expect(yield* lastOf(({ fail }) => fail(failed))).toBe(failed)
  })
)

it.live("a response body comes out of a channel", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<Uint8Array<ArrayBuffer>>({ capacity: 2 })
    const body = yield* Channel.toReadableStream(receiver)
    yield* sender.use(function* (tx) {
      yield* tx.send(new TextEncoder().encode("hello "))
      yield* tx.send(new TextEncoder().encode("world"))
    })
    expect(yield* promised(() => new Response(body).text())).toBe("hello world")
  })
)

it.live("a Node readable made of it cancels the handle when it is destroyed", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<string>({ capacity: 4 })
    for (const line of ["a", "b", "c"]) yield* sender.send(line)
    // The types of Node and of the DOM say the same in other words.
    const stream = (yield* Channel.toReadableStream(receiver)) as Parameters<typeof Readable.fromWeb>[0]
    expect(yield* promised(() => first(Readable.fromWeb(stream, { objectMode: true })))).toBe("a")
    yield* settled
    expect(yield* sender.trySend("d")).toBe("closed")
  })
)
