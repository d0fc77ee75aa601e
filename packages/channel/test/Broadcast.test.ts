import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

/** All that can be received now. */
const taken = <A, E>(receiver: Channel.Receiver<A, E>): Effect.Effect<Array<A>> =>
  Effect.gen(function* () {
    const items: Array<A> = []
    for (let next = yield* receiver.tryReceive; next._tag === "Item"; next = yield* receiver.tryReceive)
      items.push(next.value)
    return items
  })

/** Receives one by one and keeps what came, and how it ended. */
const kept = <A, E>(receiver: Channel.Receiver<A, E>, pause = Effect.void) =>
  Effect.gen(function* () {
    const items: Array<A> = []
    const fiber = yield* start(
      receiver.forEach((item) => {
        items.push(item)
        return pause
      })
    )
    return { items, fiber }
  })

it.live("a publish waits for the slowest reader that is waited for, and all readers see all of it [XC-06]", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const news = yield* Channel.broadcast<number>("news")
      const quick = yield* kept(yield* news.subscribe({ capacity: 1, onLag: "wait" }))
      const slow = yield* kept(yield* news.subscribe({ capacity: 1, onLag: "wait" }), Effect.sleep(100))
      const begun = yield* Clock.currentTimeMillis
      const published: Array<number> = []
      for (const item of [1, 2, 3]) {
        yield* news.send(item)
        published.push((yield* Clock.currentTimeMillis) - begun)
      }
      expect(published).toEqual([0, 0, 100])
      yield* news.close
      yield* Fiber.joinAll([quick.fiber, slow.fiber])
      expect([quick.items, slow.items]).toEqual([
        [1, 2, 3],
        [1, 2, 3]
      ])
    }).pipe(Effect.scoped)
  )
)

it.effect("a reader that leaves while publishes wait for it lets them in, in that very step [XC-06]", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const scope = yield* Scope.make()
    const stuck = yield* Scope.provide(news.subscribe({ capacity: 1, onLag: "wait" }), scope)
    const other = yield* news.subscribe({ capacity: 4, onLag: "wait" })
    yield* news.send(1)
    const waiting = [yield* start(news.send(2)), yield* start(news.send(3))]
    expect(waiting.map(endOf)).toEqual(["waits", "waits"])
    expect((yield* stuck.statistics).waitingSenders).toBe(1)
    yield* Scope.close(scope, Exit.void)
    expect((yield* other.statistics).buffered).toBe(3)
    yield* quiet
    expect(waiting.map(endOf)).toEqual([Exit.void, Exit.void])
    expect(yield* taken(other)).toEqual([1, 2, 3])
  })
)

it.effect("a publish that waits for one reader is given to no other before", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const [full, free] = [
      yield* news.subscribe({ capacity: 1, onLag: "wait" }),
      yield* news.subscribe({ capacity: 2, onLag: "wait" })
    ]
    yield* news.send(1)
    yield* start(news.send(2))
    expect((yield* free.statistics).buffered).toBe(1)
    expect(yield* full.receive).toBe(1)
    // Now it is there, in the step of that receive.
    expect((yield* free.statistics).buffered).toBe(2)
    expect(yield* taken(full)).toEqual([2])
  })
)

it.effect("publishes are served first come, first served; one that is cancelled was given to nobody", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    yield* news.send(0)
    const waiting = yield* Effect.forEach([1, 2, 3, 4], (item) => start(news.send(item)))
    yield* Fiber.interrupt(waiting[0]!)
    yield* Fiber.interrupt(waiting[2]!)
    const got: Array<number> = []
    for (const _ of upTo(3)) got.push(yield* inbox.receive)
    expect(got).toEqual([0, 2, 4])
    yield* quiet
    expect(waiting.map((fiber) => isCancelled(endOf(fiber)))).toEqual([true, false, true, false])
    expect(yield* inbox.statistics).toMatchObject({ sent: 3, received: 3, waitingSenders: 0 })
  })
)

it.effect("when the last publish that waits is cancelled, no reader is left with one who waits for it", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    yield* news.send(1)
    const waiting = yield* start(news.send(2))
    yield* news.close
    expect((yield* inbox.statistics).waitingSenders).toBe(1)
    yield* Fiber.interrupt(waiting)
    expect((yield* inbox.statistics).waitingSenders).toBe(0)
    expect(yield* inbox.receiveOption).toEqual(Option.some(1))
    expect(yield* inbox.receiveOption).toEqual(Option.none())
  })
)

it.effect("a publish in a scope that was marked as cancelled is passed over, and gives nothing to anybody", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    yield* news.send(1)
    const marked = region(news.send(2))
    const first = yield* start(marked.run)
    const second = yield* start(news.send(3))
    marked.mark()
    expect(yield* inbox.receive).toBe(1)
    expect(yield* inbox.receive).toBe(3)
    yield* Fiber.await(first)
    yield* Fiber.join(second)
    expect((yield* inbox.statistics).sent).toBe(2)
  })
)

it.effect("in a scope that was marked as cancelled nothing is published, although there is room", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    const marks: Array<() => void> = []
    const marked = region(
      Effect.andThen(
        Effect.sync(() => marks[0]!()),
        news.send(1)
      )
    )
    marks.push(marked.mark)
    yield* Effect.exit(marked.run)
    expect(yield* inbox.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect("cleanup in a cancelled scope publishes like anybody, at its place in line", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    yield* news.send(1)
    const marked = region(Effect.uninterruptible(news.send(2)))
    const first = yield* start(marked.run)
    yield* start(news.send(3))
    marked.mark()
    expect([yield* inbox.receive, yield* inbox.receive, yield* inbox.receive].toSorted((a, b) => a - b)).toEqual([
      1, 2, 3
    ])
    yield* Fiber.await(first)
  })
)

it.effect("close lets publishes that wait be read, shows the end behind them, and fails later ones", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>("news")
    const [slow, quick] = [
      yield* news.subscribe({ capacity: 1, onLag: "wait" }),
      yield* news.subscribe({ capacity: 9, onLag: "wait" })
    ]
    yield* news.send(1)
    const waiting = yield* start(news.send(2))
    yield* news.close
    yield* news.close
    expect(yield* Effect.flip(news.send(3))).toMatchObject({ _tag: "ChannelClosed", channel: "news", by: "sender" })
    expect(yield* quick.receiveOption).toEqual(Option.some(1))
    expect(yield* quick.tryReceive).toEqual({ _tag: "Empty" })
    expect([yield* slow.receiveOption, yield* slow.receiveOption]).toEqual([Option.some(1), Option.some(2)])
    yield* Fiber.join(waiting)
    expect(Cause.isDone(yield* Effect.flip(slow.receive))).toBe(true)
    expect([yield* quick.receiveOption, yield* quick.receiveOption]).toEqual([Option.some(2), Option.none()])
  })
)

it.effect("with no reader a publish ends at once, and with `skip` and `fail` alone it never waits", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    for (const item of upTo(100)) yield* news.send(item)
    yield* news.subscribe({ capacity: 1, onLag: "skip" })
    yield* news.subscribe({ capacity: 1, onLag: "fail" })
    for (const item of upTo(100)) yield* news.send(item)
    yield* news.close
    expect(yield* Effect.flip(news.send(0))).toBeInstanceOf(Channel.ChannelClosed)
  })
)

it.effect("a slow reader with `skip` misses the oldest, and is told how many; another misses nothing [CH-32]", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<string>()
    const [slow, other] = [
      yield* news.subscribe({ capacity: 2, onLag: "skip" }),
      yield* news.subscribe({ capacity: 3, onLag: "skip" })
    ]
    for (const item of ["one", "two", "three"]) yield* news.send(item)
    expect((yield* slow.statistics).missed).toBe(1)
    expect(yield* taken(slow)).toEqual(["two", "three"])
    expect((yield* other.statistics).missed).toBe(0)
    expect(yield* taken(other)).toEqual(["one", "two", "three"])
    expect(yield* slow.statistics).toMatchObject({ sent: 3, received: 2, undelivered: 1, peak: 2, missed: 1 })
  })
)

it.effect("a slow reader with `fail` is out at once, with what it missed; others are not touched", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>("news")
    const [slow, other] = [
      yield* news.subscribe({ capacity: 2, onLag: "fail" }),
      yield* news.subscribe({ capacity: 8, onLag: "wait" })
    ]
    for (const item of upTo(3)) yield* news.send(item)
    const error = yield* Effect.flip(slow.receive)
    expect(error).toBeInstanceOf(Channel.Lagged)
    expect(error).toMatchObject({ _tag: "Lagged", broadcast: "news", missed: 3 })
    expect((error as Channel.Lagged).message).toBe(
      'a reader of broadcast "news" was too slow and missed 3 items. Read faster, subscribe with a greater capacity, or with onLag "wait" or "skip".'
    )
    for (const item of upTo(3)) yield* news.send(item)
    expect(yield* Effect.flip(slow.receiveOption)).toBe(error)
    expect(yield* slow.tryReceive).toEqual({ _tag: "Ended", error: Option.some(error) })
    expect(yield* slow.statistics).toMatchObject({ sent: 3, received: 0, buffered: 0, undelivered: 3, missed: 3 })
    expect(yield* taken(other)).toEqual([0, 1, 2, 0, 1, 2])
  })
)

it.effect("a handler that is stuck with an item can be told that its reader is out, by `ended`", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "fail" })
    const stuck = yield* start(
      Effect.raceFirst(
        inbox.forEach(() => Effect.never),
        Channel.select({ out: Channel.ended(inbox) })
      )
    )
    for (const item of upTo(3)) {
      yield* news.send(item)
      yield* quiet
    }
    const exit = endOf(stuck)
    expect(exit !== "waits" && Exit.findErrorOption(exit)).toMatchObject(Option.some({ _tag: "Lagged", missed: 2 }))
  })
)

it.effect("an item that comes back from a cancelled receive of a reader that is out is read before it is told", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const inbox = yield* news.subscribe({ capacity: 1, onLag: "fail" })
    const waiting = yield* start(inbox.receive)
    for (const item of upTo(3)) yield* news.send(item)
    waiting.interruptUnsafe()
    yield* quiet
    expect(yield* inbox.receive).toBe(0)
    expect(yield* Effect.flip(inbox.receive)).toMatchObject({ _tag: "Lagged", missed: 2 })
  })
)

it.effect("a reader that joins late sees what is published after, behind the last items if they are replayed", () =>
  Effect.gen(function* () {
    const [plain, replaying] = [
      yield* Channel.broadcast<number>(),
      yield* Channel.broadcast<number>({ name: "news", replay: 2 })
    ]
    for (const news of [plain, replaying]) for (const item of [1, 2, 3]) yield* news.send(item)
    const late = yield* plain.subscribe({ capacity: 4, onLag: "wait" })
    const replayed = yield* replaying.subscribe({ capacity: 4, onLag: "wait" })
    // As far as there is room: it has missed nothing that was published since it came.
    const narrow = yield* replaying.subscribe({ capacity: 1, onLag: "skip" })
    expect(yield* taken(narrow)).toEqual([3])
    expect((yield* narrow.statistics).missed).toBe(0)
    for (const news of [plain, replaying]) yield* news.send(4)
    expect([yield* taken(late), yield* taken(replayed), yield* taken(narrow)]).toEqual([[4], [2, 3, 4], [4]])
    yield* replaying.close
    const after = yield* replaying.subscribe({ capacity: 4, onLag: "wait" })
    expect(yield* taken(after)).toEqual([3, 4])
    expect(yield* after.receiveOption).toEqual(Option.none())
  })
)

it.effect("a reader that joins while a publish waits gets that publish, at the same time as all others", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>({ replay: 1 })
    const full = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    yield* news.send(1)
    yield* start(news.send(2))
    const late = yield* news.subscribe({ capacity: 1, onLag: "wait" })
    // It is full of what was replayed: the publish waits for it, too.
    expect(yield* full.receive).toBe(1)
    expect(yield* taken(full)).toEqual([])
    expect(yield* late.receive).toBe(1)
    expect([yield* taken(full), yield* taken(late)]).toEqual([[2], [2]])
  })
)

it.effect("clones of a reader share its items, and it is a reader until the last of them is cancelled", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const scope = yield* Scope.make()
    const inbox = yield* Scope.provide(news.subscribe({ capacity: 2, onLag: "wait" }), scope)
    const clone = yield* inbox.clone
    yield* news.send(1)
    yield* news.send(2)
    expect([yield* inbox.receive, yield* clone.receive]).toEqual([1, 2])
    yield* Scope.close(scope, Exit.void)
    yield* news.send(3)
    expect(yield* clone.receive).toBe(3)
  })
)

it.effect("two readers in one select get one item each, and neither holds more than its capacity", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const [a, b] = [
      yield* news.subscribe({ capacity: 1, onLag: "wait" }),
      yield* news.subscribe({ capacity: 1, onLag: "wait" })
    ]
    const either = yield* start(Channel.select({ a: Channel.receiving(a), b: Channel.receiving(b) }))
    yield* news.send(1)
    const chosen = yield* Fiber.join(either)
    expect(chosen.value).toBe(1)
    const [stats, others] = [yield* a.statistics, yield* b.statistics]
    expect([stats.buffered, others.buffered].toSorted((a, b) => a - b)).toEqual([0, 1])
    expect([stats.peak, others.peak]).not.toContain(2)
  })
)

it.effect("what is no capacity, onLag or replay is a defect that names it", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>("news")
    const defectOf = <A, E>(self: Effect.Effect<A, E, Scope.Scope>) =>
      Effect.map(Effect.exit(self), (exit) => Exit.isFailure(exit) && String(Cause.squash(exit.cause)))
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity])
      expect(yield* defectOf(news.subscribe({ capacity, onLag: "wait" }))).toContain('of broadcast "news" is')
    expect(yield* defectOf(news.subscribe({ capacity: 1, onLag: "drop" as "skip" }))).toContain(
      'the onLag of a subscriber of broadcast "news" is drop. Pass "wait", "skip" or "fail".'
    )
    for (const replay of [-1, 0.5, Number.NaN])
      expect(yield* defectOf(Channel.broadcast({ name: "news", replay }))).toContain(
        'the replay of broadcast "news" is'
      )
  })
)

it.effect("a thousand readers that are waited for cost one look each, however many are slow", () =>
  Effect.gen(function* () {
    const news = yield* Channel.broadcast<number>()
    const readers = yield* Effect.forEach(upTo(1_000), () => news.subscribe({ capacity: 1, onLag: "wait" }))
    yield* news.send(1)
    const waiting = yield* start(news.send(2))
    for (const reader of readers) {
      expect(endOf(waiting)).toBe("waits")
      yield* reader.receive
    }
    yield* Fiber.join(waiting)
    for (const reader of readers) expect(yield* reader.receive).toBe(2)
  })
)
