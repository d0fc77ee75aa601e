import { expect, it } from "@effect/vitest"
import { Cause, Effect, Queue, Stream } from "effect"
import * as Timeout from "../src/index.ts"
import { ended, reasonsOf, told } from "./support/trial.ts"

/** A stream whose elements take these times to come, each from the request for it on. */
const taking = (...times: ReadonlyArray<number>) =>
  Stream.mapEffect(Stream.fromIterable(times), (t) => Effect.as(Effect.sleep(t), t))

const collect = <E>(stream: Stream.Stream<number, E>, seen: Array<number>, each = 0) =>
  Stream.runForEach(stream, (element) =>
    Effect.andThen(
      Effect.sync(() => void seen.push(element)),
      Effect.sleep(each)
    )
  )

it.effect("the silence before any element counts: what came before it was given [XT-05]", () =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const late = yield* ended(collect(taking(50, 90, 150).pipe(Timeout.idle(100)), seen))
    expect([late.at, reasonsOf(late.exit), seen]).toEqual([240, ["Fail DeadlineExceeded"], [50, 90]])
    const first = yield* ended(collect(taking(150).pipe(Timeout.idle(100)), seen))
    expect([first.at, reasonsOf(first.exit)]).toEqual([100, ["Fail DeadlineExceeded"]])
  })
)

it.effect("a slow consumer does not trip it [XT-05]", () =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const { at, exit } = yield* ended(collect(taking(50, 60, 70).pipe(Timeout.idle(100)), seen, 500))
    expect([at, reasonsOf(exit), seen]).toEqual([1680, ["value undefined"], [50, 60, 70]])
  })
)

it.effect("the time to open a stream counts as the wait for its first element", () =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const opening = Stream.unwrap(Effect.as(Effect.sleep(150), Stream.make(1)))
    const { at, exit } = yield* ended(collect(opening.pipe(Timeout.idle(100)), seen))
    expect([at, reasonsOf(exit), seen]).toEqual([100, ["Fail DeadlineExceeded"], []])
  })
)

it.effect("an end and a failure of the stream are the stream's", () =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const failing = Stream.concat(taking(50), Stream.fail("k")).pipe(Timeout.idle(100))
    const failed = yield* ended(collect(failing, seen))
    expect([failed.at, reasonsOf(failed.exit), seen]).toEqual([50, ["Fail k"], [50]])
    const dying = yield* ended(collect(Stream.die("d").pipe(Timeout.idle(100)), seen))
    expect(reasonsOf(dying.exit)).toEqual(["Die d"])
  })
)

it.effect("what the stream was doing is cleaned up, and its resources released, before it fails", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const say = (what: string) => Effect.sync(() => void log.push(what))
    const waiting = Stream.fromEffect(
      Effect.onInterrupt(Effect.never, () => Effect.andThen(Effect.sleep(30), say("cleaned")))
    )
    const stream = Stream.concat(Stream.make(1), waiting).pipe(Stream.ensuring(say("released")), Timeout.idle(100))
    const { at, exit } = yield* ended(Effect.tapError(Stream.runDrain(stream), () => say("failed")))
    expect([at, reasonsOf(exit), log]).toEqual([130, ["Fail DeadlineExceeded"], ["cleaned", "released", "failed"]])
  })
)

it.effect("a cleanup that dies rides along; the end of a part that could not be cancelled does not", () =>
  Effect.gen(function* () {
    const dying = Stream.fromEffect(Effect.ensuring(Effect.never, Effect.die("cleanup"))).pipe(Timeout.idle(50))
    const died = yield* ended(Stream.runDrain(dying))
    expect([reasonsOf(died.exit), told(died.reports)]).toEqual([
      ["Fail DeadlineExceeded", "Die cleanup"],
      ["defect: Die cleanup"]
    ])
    const stubborn = Stream.fromPull(
      Effect.succeed(Effect.uninterruptible(Effect.andThen(Effect.sleep(80), Cause.done())))
    )
    const asked = Effect.scoped(Effect.flatten(Stream.toPull(stubborn.pipe(Timeout.idle(50)))))
    const { at, exit } = yield* ended(asked)
    expect([at, reasonsOf(exit)]).toEqual([80, ["Fail DeadlineExceeded"]])
  })
)

it.effect("a cancel from outside is no silence; and what runs in the stream's scope goes on between requests", () =>
  Effect.gen(function* () {
    const cancelled = yield* ended(Stream.runDrain(Stream.never.pipe(Timeout.idle(100))), { cancelAt: 50 })
    expect([cancelled.at, reasonsOf(cancelled.exit)]).toEqual([50, ["Interrupt"]])
    const fed = Stream.unwrap(
      Effect.gen(function* () {
        const queue = yield* Queue.unbounded<number, Cause.Done>()
        yield* Effect.forkScoped(
          Effect.forEach([1, 2, 3], (n) => Effect.andThen(Effect.sleep(60), Queue.offer(queue, n))).pipe(
            Effect.andThen(Queue.end(queue))
          )
        )
        return Stream.fromQueue(queue)
      })
    )
    const seen: Array<number> = []
    const { at, exit } = yield* ended(collect(fed.pipe(Timeout.idle(100)), seen))
    expect([at, reasonsOf(exit), seen]).toEqual([180, ["value undefined"], [1, 2, 3]])
  })
)

it.effect("with a budget of nothing only what is there without waiting comes; NaN is a defect [TO-05, TO-07]", () =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const ready = yield* ended(collect(Stream.make(1, 2).pipe(Timeout.idle(0)), seen))
    expect([reasonsOf(ready.exit), seen]).toEqual([["value undefined"], [1, 2]])
    const late = yield* ended(collect(taking(5).pipe(Timeout.idle(-1)), seen))
    expect([late.at, reasonsOf(late.exit)]).toEqual([0, ["Fail DeadlineExceeded"]])
    const unreadable = yield* ended(collect(taking(5).pipe(Timeout.idle(Number.NaN)), seen))
    expect(reasonsOf(unreadable.exit)).toEqual([expect.stringContaining("duration of Timeout.idle")])
  })
)
