import { EventEmitter, on } from "node:events"
import { PassThrough, Readable } from "node:stream"
import { expect, it } from "@effect/vitest"
import { failureHook, type Report } from "@ferrule/runtime"
import { Cause, Effect, Exit, Stream } from "effect"
import * as Channel from "../src/index.ts"
import { upTo } from "./support/running.ts"
import { broken, Broken, collector, settled } from "./support/sources.ts"

/** A generator that says how often it was asked, and when its `finally` has run. */
const numbers = (n: number) => {
  const seen = { pulled: 0, released: false }
  const generate = async function* () {
    try {
      for (let i = 0; i < n; i++) {
        seen.pulled++
        yield i
      }
    } finally {
      await Promise.resolve()
      seen.released = true
    }
  }
  return { seen, iterable: generate() }
}

it.live("the items come in order, and the end of the iteration closes the channel", () =>
  Effect.gen(function* () {
    const { iterable } = numbers(20)
    const receiver = yield* Channel.fromAsyncIterable(iterable, { onError: broken })
    expect(yield* Stream.runCollect(receiver.stream)).toEqual(upTo(20))
  }).pipe(Effect.scoped)
)

it.live("what the iteration throws is the typed error, after the items", () =>
  Effect.gen(function* () {
    const failing = async function* () {
      yield 1
      throw new Error("no disk")
    }
    const receiver = yield* Channel.fromAsyncIterable(failing(), { onError: broken, capacity: 4 })
    expect(yield* receiver.receive).toBe(1)
    const error = yield* Effect.flip(receiver.receive)
    expect(error).toBeInstanceOf(Broken)
    expect(error).toMatchObject({ why: { message: "no disk" } })
  }).pipe(Effect.scoped)
)

it.live("nothing is pulled that has no place: at capacity n, n items", () =>
  Effect.gen(function* () {
    for (const capacity of [0, 1, 3]) {
      const { seen, iterable } = numbers(10)
      const receiver = yield* Channel.fromAsyncIterable(iterable, { onError: broken, capacity })
      yield* settled
      expect(seen.pulled).toBe(capacity)
      expect(yield* receiver.receive).toBe(0)
      yield* settled
      expect(seen.pulled).toBe(capacity + 1)
    }
  }).pipe(Effect.scoped)
)

it.live("the last receiver's cancel returns the iterator, and what was buffered is undelivered", () =>
  Effect.gen(function* () {
    const { seen, iterable } = numbers(10)
    const { lost, onUndelivered } = collector<number>()
    const receiver = yield* Channel.fromAsyncIterable(iterable, { onError: broken, capacity: 2, onUndelivered })
    expect(yield* receiver.receive).toBe(0)
    yield* settled
    yield* receiver.cancel
    yield* settled
    expect(seen).toEqual({ pulled: 3, released: true })
    expect(lost).toEqual([1, 2])
  }).pipe(Effect.scoped)
)

it.live("the scope's end waits until the iterator has returned", () =>
  Effect.gen(function* () {
    const { seen, iterable } = numbers(10)
    yield* Effect.scoped(
      Effect.gen(function* () {
        const receiver = yield* Channel.fromAsyncIterable(iterable, { onError: broken })
        expect(yield* receiver.receive).toBe(0)
      })
    )
    expect(seen).toEqual({ pulled: 1, released: true })
  })
)

it.live("an item that comes while the iterator is told to return is undelivered, before the scope's end", () =>
  Effect.gen(function* () {
    const { lost, onUndelivered } = collector<string>()
    let produce = (_: string): void => {}
    const slow = async function* () {
      yield await new Promise<string>((resolve) => (produce = resolve))
    }
    const receiver = yield* Effect.scoped(
      Effect.gen(function* () {
        const receiver = yield* Channel.fromAsyncIterable(slow(), { onError: broken, capacity: 1, onUndelivered })
        yield* settled
        setImmediate(() => produce("late"))
        return receiver
      })
    )
    expect(lost).toEqual(["late"])
    expect(yield* receiver.statistics).toMatchObject({ sent: 1, received: 0, undelivered: 1 })
  })
)

it.live("an item that comes after everything was released is undelivered, too", () =>
  Effect.gen(function* () {
    const { lost, onUndelivered } = collector<string>()
    const pending = Promise.withResolvers<IteratorResult<string>>()
    const careless: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => pending.promise,
        return: () => Promise.resolve({ done: true, value: undefined })
      })
    }
    yield* Effect.scoped(Channel.fromAsyncIterable(careless, { onError: broken, capacity: 1, onUndelivered }))
    expect(lost).toEqual([])
    pending.resolve({ done: false, value: "late" })
    yield* settled
    expect(lost).toEqual(["late"])
  })
)

it.live("an iterator that has ended, or has thrown, is not returned", () =>
  Effect.gen(function* () {
    let returned = 0
    const ending = (last: () => Promise<IteratorResult<string>>): AsyncIterable<string> => ({
      [Symbol.asyncIterator]: () => ({ next: last, return: async () => (returned++, { done: true, value: undefined }) })
    })
    const ended = yield* Channel.fromAsyncIterable(
      ending(async () => ({ done: true, value: undefined })),
      { onError: broken }
    )
    const failed = yield* Channel.fromAsyncIterable(
      ending(() => Promise.reject(new Error("no disk"))),
      { onError: broken }
    )
    expect(yield* Stream.runCollect(ended.stream)).toEqual([])
    expect(yield* Effect.flip(failed.receive)).toBeInstanceOf(Broken)
    expect(returned).toBe(0)
  }).pipe(Effect.scoped)
)

it.live("an iterable that cannot be opened is a defect of the conversion", () =>
  Effect.gen(function* () {
    const closed: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        throw new Error("already used")
      }
    }
    const exit = yield* Effect.exit(Channel.fromAsyncIterable(closed, { onError: broken }))
    expect(Exit.hasDies(exit)).toBe(true)
  }).pipe(Effect.scoped)
)

it.live("in a scope that has closed, the iterator is returned at once", () =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const iterable: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => (seen.push("returned"), { done: true, value: undefined })
      })
    }
    const { Scope } = yield* Effect.promise(() => import("effect"))
    const scope = yield* Scope.make()
    yield* Scope.close(scope, Exit.void)
    const receiver = yield* Scope.provide(Channel.fromAsyncIterable(iterable, { onError: broken }), scope)
    expect(seen).toEqual(["returned"])
    expect(yield* receiver.receiveOption).toMatchObject({ _tag: "None" })
  })
)

it.live("an iterator whose return fails is reported, for nobody receives any more", () =>
  Effect.gen(function* () {
    const reports: Array<Report> = []
    const iterable: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => Promise.reject(new Error("stuck"))
      })
    }
    yield* Effect.scoped(Channel.fromAsyncIterable(iterable, { name: "feed", onError: broken, capacity: 1 })).pipe(
      Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report)))
    )
    expect(reports).toMatchObject([{ kind: "defect", group: 'channel "feed"' }])
  })
)

it.live("an iterator is returned also if its iterable could not be disposed of, and both are reported", () =>
  Effect.gen(function* () {
    const reports: Array<Report> = []
    const iterable: AsyncIterable<string> & AsyncDisposable = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => Promise.reject(new Error("not returned"))
      }),
      [Symbol.asyncDispose]: () => Promise.reject(new Error("not disposed of"))
    }
    yield* Effect.scoped(Channel.fromAsyncIterable(iterable, { onError: broken, capacity: 1 })).pipe(
      Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report)))
    )
    const told = reports.flatMap(({ cause }) => cause.reasons.filter(Cause.isDieReason).map(({ defect }) => defect))
    expect(told).toMatchObject([{ message: "not disposed of" }, { message: "not returned" }])
  })
)

it.live("a Node readable is read to its end", () =>
  Effect.gen(function* () {
    const readable = Readable.from(["a", "b", "c"])
    const receiver = yield* Channel.fromAsyncIterable(readable, { onError: broken })
    expect(yield* Stream.runCollect(receiver.stream)).toEqual(["a", "b", "c"])
    expect(readable.destroyed).toBe(true)
  }).pipe(Effect.scoped)
)

it.live("a Node readable that waits for data is destroyed by the scope's end, which waits for it", () =>
  Effect.gen(function* () {
    const idle = new PassThrough({
      objectMode: true,
      destroy(error, callback) {
        setImmediate(() => callback(error))
      }
    })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const receiver = yield* Channel.fromAsyncIterable(idle, { onError: broken, capacity: 1 })
        idle.write("first")
        expect(yield* receiver.receive).toBe("first")
        yield* settled
      })
    )
    expect({ destroyed: idle.destroyed, closed: idle.closed }).toEqual({ destroyed: true, closed: true })
  })
)

it.live("a Node readable that nobody has asked yet is destroyed, too", () =>
  Effect.gen(function* () {
    const idle = new PassThrough()
    yield* Effect.scoped(Channel.fromAsyncIterable(idle, { onError: broken }))
    expect(idle.closed).toBe(true)
  })
)

it.live("the error of a Node readable is the typed error, after the items", () =>
  Effect.gen(function* () {
    const readable = new Readable({ objectMode: true, read() {} })
    const receiver = yield* Channel.fromAsyncIterable(readable, { onError: broken })
    readable.push("a")
    expect(yield* receiver.receive).toBe("a")
    readable.destroy(new Error("no disk"))
    expect(yield* Effect.flip(receiver.receive)).toMatchObject({ why: { message: "no disk" } })
  }).pipe(Effect.scoped)
)

it.live("a Node readable is held back while the channel is full", () =>
  Effect.gen(function* () {
    const through = new PassThrough({ objectMode: true, highWaterMark: 2 })
    const receiver = yield* Channel.fromAsyncIterable(through, { onError: broken, capacity: 1 })
    let written = 0
    while (through.write(written)) written++
    yield* settled
    while (through.write(written) && written < 100) written++
    expect(written).toBeLessThan(10)
    expect(yield* receiver.statistics).toMatchObject({ sent: 1 })
  }).pipe(Effect.scoped)
)

it.live("events of a Node emitter come through its own iterator, and its listener is gone after the scope", () =>
  Effect.gen(function* () {
    const emitter = new EventEmitter()
    yield* Effect.scoped(
      Effect.gen(function* () {
        const receiver = yield* Channel.fromAsyncIterable(on(emitter, "line"), { onError: broken })
        emitter.emit("line", "one")
        expect(yield* receiver.receive).toEqual(["one"])
        yield* settled
        expect(emitter.listenerCount("line")).toBe(1)
      })
    )
    expect(emitter.listenerCount("line")).toBe(0)
  })
)
