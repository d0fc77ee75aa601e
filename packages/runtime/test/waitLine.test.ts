import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { cancelNode, Place, Region, runRegion, traceOf, WaitLine, type Waiter, waitHere } from "../src/index.ts"

class Seat extends Place {
  declare readonly waiter: Waiter<string>
  readonly name: string

  constructor(waiter: Waiter<string>, name: string) {
    super(waiter)
    this.name = name
  }
}

/** Waits in a line; whoever serves the line gives it a word. */
const waitIn = (line: WaitLine<Seat>, name: string): Effect.Effect<string> =>
  Effect.withFiber((fiber) => {
    const wait: Effect.Effect<string> = waitHere<string, never>(
      fiber,
      (waiter) => {
        const place = new Seat(waiter, name)
        line.add(place)
        return () => line.remove(place)
      },
      Effect.suspend(() => wait)
    )
    return wait
  })

const giveFirst = (line: WaitLine<Seat>, word: string): string | undefined => {
  const place = line.first()
  if (place === undefined) return undefined
  line.remove(place)
  place.waiter.give(word)
  return place.name
}

const names = (line: WaitLine<Seat>): Array<string> => line.all().map(({ name }) => name)
const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })
const quiet = Effect.repeat(Effect.yieldNow, { times: 4 })

const cancellable = <A, E>(body: Effect.Effect<A, E>) => {
  const node = new Region<A, E>("region")
  const run = runRegion(node, body, (exit) => Effect.succeed(exit))
  return { node, run, mark: () => cancelNode(node, traceOf(node, { _tag: "Requested" }, 0, undefined), true) }
}

it.effect("who came first is served first, and never inside the operation that serves it", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const fibers = [yield* start(waitIn(line, "a")), yield* start(waitIn(line, "b")), yield* start(waitIn(line, "c"))]
    expect(names(line)).toEqual(["a", "b", "c"])
    yield* Effect.sync(() => {
      expect([giveFirst(line, "1"), giveFirst(line, "2"), giveFirst(line, "3")]).toEqual(["a", "b", "c"])
      expect(giveFirst(line, "4")).toBeUndefined()
      expect(fibers.map((fiber) => fiber.pollUnsafe())).toEqual([undefined, undefined, undefined])
    })
    expect(yield* Effect.forEach(fibers, Fiber.join)).toEqual(["1", "2", "3"])
  })
)

it.effect("a waiter leaves from the front, the middle and the back, and the others keep their order", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const fibers = new Map<string, Fiber.Fiber<string>>()
    for (const name of ["a", "b", "c", "d", "e"]) fibers.set(name, yield* start(waitIn(line, name)))
    for (const [name, left] of [
      ["c", "abde"],
      ["a", "bde"],
      ["e", "bd"],
      ["d", "b"],
      ["b", ""]
    ] as const) {
      yield* Fiber.interrupt(fibers.get(name)!)
      expect(names(line).join("")).toBe(left)
      expect(line.size).toBe(left.length)
    }
  })
)

it.effect("to leave twice, or a line one is not in, changes nothing", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const other = new WaitLine<Seat>(() => {})
    const waiting = yield* start(waitIn(line, "a"))
    const place = line.first()!
    other.remove(place)
    expect(line.size).toBe(1)
    place.withdraw()
    place.withdraw()
    expect([line.size, other.size]).toEqual([0, 0])
    yield* Fiber.interrupt(waiting)
  })
)

it.effect("a line of 100,000 is left in any order at the same cost a place", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const waiting = yield* start(waitIn(line, "model"))
    const { waiter } = line.first()!
    const places = Array.from({ length: 100_000 }, (_, i) => new Seat(waiter, String(i)))
    for (const place of places) line.add(place)
    for (let i = 0; i < places.length; i += 2) places[i]!.withdraw()
    for (let i = places.length - 1; i > 0; i -= 2) places[i]!.withdraw()
    expect(names(line)).toEqual(["model"])
    yield* Fiber.interrupt(waiting)
  })
)

/** A place that counts how often somebody looks at it. */
const watched = (place: Seat, onLook: () => void): Seat => {
  let skipped = false
  return Object.defineProperty(place, "skipped", {
    get: () => (onLook(), skipped),
    set: (on: boolean) => {
      skipped = on
    }
  })
}

it.effect(
  "a thousand at the head who were passed over are looked at once, however many come before they are told",
  () =>
    Effect.gen(function* () {
      let looks = 0
      const line = new WaitLine<Seat>(() => {})
      const doomed = cancellable(waitIn(line, "doomed"))
      const running = yield* start(doomed.run)
      const { waiter } = line.first()!
      const places = Array.from({ length: 1_000 }, (_, i) => watched(new Seat(waiter, String(i)), () => looks++))
      for (const place of places) line.add(place)
      const next = yield* start(waitIn(line, "next"))
      yield* Effect.sync(() => {
        doomed.mark()
        for (let i = 0; i < 1_000; i++) expect(line.first()?.name).toBe("next")
        expect(looks).toBeLessThan(2_100)
        // The last of them leaves, and one in the middle: those before are still passed over, and nobody else is.
        for (const gone of [999, 500]) places[gone]!.withdraw()
        expect([line.first()?.name, line.atLeast(2), line.find(() => true)?.name]).toEqual(["next", false, "next"])
        expect(giveFirst(line, "word")).toBe("next")
        expect(line.first()).toBeUndefined()
        expect(looks).toBeLessThan(2_200)
      })
      yield* Fiber.join(next)
      yield* Fiber.join(running)
      // Told: who stays, as cleanup does, is looked at again.
      expect(names(line).length).toBe(998)
      expect(line.first()).toBe(places[0])
    })
)

it.effect("one who cannot serve itself is passed over and keeps its place", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const fibers = [yield* start(waitIn(line, "a")), yield* start(waitIn(line, "b"))]
    const [a, b] = line.all()
    expect(line.first(a!.waiter)).toBe(b)
    expect(line.first()).toBe(a)
    yield* Effect.forEach(fibers, Fiber.interrupt)
  })
)

it.effect("a waiter in a scope cancelled a moment ago is passed over, told from the queue, and gone [D39]", () =>
  Effect.gen(function* () {
    let served = 0
    const line = new WaitLine<Seat>(() => served++)
    const doomed = cancellable(waitIn(line, "doomed"))
    const [running, next] = [yield* start(doomed.run), yield* start(waitIn(line, "next"))]
    yield* Effect.sync(() => {
      doomed.mark()
      expect(giveFirst(line, "word")).toBe("next")
      expect(names(line)).toEqual(["doomed"])
    })
    expect(yield* Fiber.join(next)).toBe("word")
    expect((yield* Fiber.join(running))._tag).toBe("Failure")
    expect([line.size, served]).toEqual([0, 0])
  })
)

it.effect("a waiter that was passed over and turns out to be cleanup is offered to be served [D39]", () =>
  Effect.gen(function* () {
    const spare = ["kept back"]
    const line = new WaitLine<Seat>((place) => {
      line.remove(place)
      place.waiter.give(spare.pop()!)
    })
    const got: Array<string> = []
    const cleanup = cancellable(
      Effect.uninterruptible(Effect.map(waitIn(line, "cleanup"), (word) => void got.push(word)))
    )
    const running = yield* start(cleanup.run)
    yield* Effect.sync(() => {
      cleanup.mark()
      expect(giveFirst(line, "refused")).toBeUndefined()
    })
    yield* Fiber.join(running)
    expect([got, spare, line.size]).toEqual([["kept back"], [], 0])
  })
)

it.effect("what was given before the scope was cancelled is taken back before its fiber goes on [D39]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const line = new WaitLine<Seat>(() => {})
    const doomed = cancellable(Effect.map(waitIn(line, "a"), (word) => log.push(`got ${word}`)))
    const running = yield* start(doomed.run)
    yield* Effect.sync(() => {
      const place = line.first()!
      line.remove(place)
      place.waiter.give("word", {
        received: () => log.push("received"),
        takeBack: () => Effect.sync(() => void log.push("taken back"))
      })
      doomed.mark()
    })
    yield* Fiber.join(running)
    expect(log).toEqual(["taken back"])
  })
)

it.effect("what arrives is said to have arrived in the step in which the continuation has it", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const line = new WaitLine<Seat>(() => {})
    const waiting = yield* start(Effect.map(waitIn(line, "a"), (word) => log.push(`got ${word}`)))
    const place = line.first()!
    place.waiter.give("word", { received: () => log.push("received"), takeBack: () => Effect.die("lost") })
    yield* Fiber.join(waiting)
    expect(log).toEqual(["received", "got word"])
  })
)

it.effect("a waiter is given something once: what comes after is ignored", () =>
  Effect.gen(function* () {
    const line = new WaitLine<Seat>(() => {})
    const waiting = yield* start(waitIn(line, "a"))
    const { waiter } = line.first()!
    waiter.give("first")
    waiter.give("second")
    expect(waiter.waiting).toBe(false)
    expect(yield* Fiber.join(waiting)).toBe("first")
    yield* quiet
  })
)
