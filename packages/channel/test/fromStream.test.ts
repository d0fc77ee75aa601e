import { expect, it } from "@effect/vitest"
import { failureHook, type Report } from "@ferrule/runtime"
import { Cause, Deferred, Effect, Exit, Fiber, Queue, Scope, Stream } from "effect"
import * as Channel from "../src/index.ts"
import { quiet, start, upTo } from "./support/running.ts"
import { collector } from "./support/sources.ts"

const all = <A, E>(receiver: Channel.Receiver<A, E>) => Stream.runCollect(receiver.stream)

/** Counts what was taken out of it, one item at a time. */
const counted = (n: number) => {
  const counter = { pulled: 0, released: 0 }
  const stream = Stream.unfold(0, (i) =>
    Effect.sync(() => (i < n ? (counter.pulled++, [i, i + 1] as const) : undefined))
  )
  const released = Effect.sync(() => void counter.released++)
  return { counter, stream: stream.pipe(Stream.rechunk(1), Stream.ensuring(released)) }
}

it.effect("the items come in order, and the end of the stream closes the channel", () =>
  Effect.gen(function* () {
    const receiver = yield* Channel.fromStream(Stream.range(1, 100))
    expect(yield* all(receiver)).toEqual(upTo(100).map((i) => i + 1))
    expect(yield* receiver.statistics).toMatchObject({ sent: 100, received: 100, senders: 0 })
  }).pipe(Effect.scoped)
)

it.effect("the error of the stream comes after its items, typed, and stays", () =>
  Effect.gen(function* () {
    const receiver = yield* Channel.fromStream(Stream.concat(Stream.make(1, 2), Stream.fail("no disk" as const)), {
      capacity: 1
    })
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([1, 2])
    expect(yield* Effect.flip(receiver.receive)).toBe("no disk")
    expect(yield* Effect.flip(receiver.receive)).toBe("no disk")
  }).pipe(Effect.scoped)
)

it.effect("a defect of the stream is the receivers' defect, after the items", () =>
  Effect.gen(function* () {
    const receiver = yield* Channel.fromStream(Stream.concat(Stream.make(1), Stream.die("bug")))
    expect(yield* receiver.receive).toBe(1)
    const exit = yield* Effect.exit(receiver.receive)
    expect(Exit.isFailure(exit) && exit.cause.reasons).toMatchObject([{ _tag: "Die", defect: "bug" }])
  }).pipe(Effect.scoped)
)

it.effect("nothing is pulled that has no place: at capacity n, n items; at 0, none before somebody receives", () =>
  Effect.gen(function* () {
    for (const capacity of [0, 1, 3]) {
      const { counter, stream } = counted(10)
      const receiver = yield* Channel.fromStream(stream, { capacity })
      yield* quiet
      expect(counter.pulled).toBe(capacity)
      expect(yield* receiver.receive).toBe(0)
      yield* quiet
      expect(counter.pulled).toBe(capacity + 1)
    }
  }).pipe(Effect.scoped)
)

it.effect("the last receiver's cancel releases the stream, and what was buffered is undelivered", () =>
  Effect.gen(function* () {
    const { counter, stream } = counted(10)
    const { lost, onUndelivered } = collector<number>()
    const receiver = yield* Channel.fromStream(stream, { capacity: 3, onUndelivered })
    expect(yield* receiver.receive).toBe(0)
    yield* quiet
    yield* receiver.cancel
    yield* quiet
    expect(counter).toEqual({ pulled: 4, released: 1 })
    expect(lost).toEqual([1, 2, 3])
  }).pipe(Effect.scoped)
)

it.effect("the scope's end waits for the finalizers of the stream, whatever it waits for", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const slowly = Effect.andThen(
      quiet,
      Effect.sync(() => log.push("released"))
    )
    const stuck = { reserve: Stream.make(1, 2), pull: Stream.concat(Stream.make(1), Stream.never) }
    for (const stream of Object.values(stuck)) {
      yield* Effect.scoped(
        Effect.gen(function* () {
          const receiver = yield* Channel.fromStream(Stream.ensuring(stream, slowly))
          expect(yield* receiver.receive).toBe(1)
          yield* quiet
        })
      )
      log.push("closed")
    }
    expect(log).toEqual(["released", "closed", "released", "closed"])
  })
)

it.effect("of an array that was pulled at once, what was not received is undelivered: in order, each once", () =>
  Effect.gen(function* () {
    for (const taken of upTo(6)) {
      const { lost, onUndelivered } = collector<number>()
      const receiver = yield* Effect.scoped(
        Effect.gen(function* () {
          const receiver = yield* Channel.fromStream(Stream.make(0, 1, 2, 3, 4), { capacity: 2, onUndelivered })
          for (const i of upTo(taken)) if (i < 5) expect(yield* receiver.receive).toBe(i)
          yield* quiet
          return receiver
        })
      )
      expect(lost).toEqual([0, 1, 2, 3, 4].slice(taken))
      const { sent, received, undelivered } = yield* receiver.statistics
      expect({ sent, received, undelivered }).toEqual({
        sent: 5,
        received: Math.min(taken, 5),
        undelivered: lost.length
      })
    }
  })
)

it.effect("a receive that is cancelled leaves the item that its wait has pulled for the next", () =>
  Effect.gen(function* () {
    const items = yield* Queue.unbounded<string>()
    const receiver = yield* Channel.fromStream(Stream.fromQueue(items))
    const waiting = yield* start(receiver.receive)
    yield* quiet
    yield* Fiber.interrupt(waiting)
    yield* Queue.offer(items, "kept")
    yield* quiet
    expect(yield* receiver.receive).toBe("kept")
  }).pipe(Effect.scoped)
)

it.effect("a clone that outlives the scope is shown a defect that says why, never a clean end", () =>
  Effect.gen(function* () {
    const clone = yield* Effect.scoped(
      Effect.gen(function* () {
        const outer = yield* Scope.make()
        const receiver = yield* Channel.fromStream(Stream.concat(Stream.make(1), Stream.never), {
          name: "feed",
          capacity: 4
        })
        yield* quiet
        return yield* Scope.provide(receiver.clone, outer)
      })
    )
    expect(yield* clone.receive).toBe(1)
    const exit = yield* Effect.exit(clone.receive)
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('feeds channel "feed" was stopped')
  })
)

it.effect("a stream that interrupts itself is no clean end, and no interrupt of who receives", () =>
  Effect.gen(function* () {
    const receiver = yield* Channel.fromStream(Stream.concat(Stream.make(1), Stream.fromEffect(Effect.interrupt)))
    expect(yield* receiver.receive).toBe(1)
    const exit = yield* Effect.exit(receiver.receive)
    expect(Exit.isFailure(exit) && exit.cause.reasons.map(({ _tag }) => _tag)).toEqual(["Die"])
  }).pipe(Effect.scoped)
)

it.effect("a finalizer that dies when nobody receives any more is reported", () =>
  Effect.gen(function* () {
    const reports: Array<Report> = []
    yield* Effect.gen(function* () {
      const receiver = yield* Channel.fromStream(Stream.ensuring(Stream.never, Effect.die("cleanup")), { name: "feed" })
      yield* quiet
      yield* receiver.cancel
    }).pipe(
      Effect.scoped,
      Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report)))
    )
    expect(reports).toMatchObject([{ kind: "defect", group: 'channel "feed"' }])
  })
)

it.effect("services of the stream are those around the conversion", () =>
  Effect.gen(function* () {
    const gate = yield* Deferred.make<string>()
    const receiver = yield* Channel.fromStream(Stream.fromEffect(Deferred.await(gate)))
    yield* Deferred.succeed(gate, "open")
    expect(yield* receiver.receive).toBe("open")
  }).pipe(Effect.scoped)
)
