/**
 * What readers of a broadcast see, in random histories on random schedulers: programs publish, read, subscribe, leave and
 * are cancelled at random, by interruption and by a mark on their scope; some cannot be interrupted. One reader more,
 * with room for everything, says what was published, and in what order.
 */
import { Effect, Exit, type Fiber, Option, Scope } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as Channel from "../src/index.ts"
import { region, upTo } from "./support/running.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"

type OnLag = "wait" | "skip" | "fail"
type Action = "publish" | "receive" | "receiveTwo" | "forEach" | "select"

const which = fc.nat(30)
const action = fc.constantFrom<Action>("publish", "publish", "publish", "receive", "receiveTwo", "forEach", "select")
const command = fc.oneof(
  { weight: 12, arbitrary: fc.record({ op: action, which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("subscribe" as const),
      onLag: fc.constantFrom<OnLag>("wait", "wait", "skip", "fail"),
      capacity: fc.integer({ min: 1, max: 3 })
    })
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom("cancel" as const, "mark" as const), which }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("run" as const), steps: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("leave" as const, "close" as const), which }) }
)
const history = fc.record({
  replay: fc.integer({ min: 0, max: 2 }),
  commands: fc.array(command, { minLength: 5, maxLength: 30 }),
  seed: fc.integer()
})
type History = typeof history extends fc.Arbitrary<infer H> ? H : never
type Command = History["commands"][number]

/** A reader, and what its programs saw. One program at a time reads: what it sees is in the order of the buffer. */
class Reader {
  readonly seen: Array<number> = []
  readonly onLag: OnLag
  readonly receiver: Channel.Receiver<number, Channel.Lagged>
  readonly scope: Scope.Closeable
  /** Of what was published: from where on it is the reader's, and where it left. */
  readonly from: number
  until = Infinity
  lagged: Channel.Lagged | undefined = undefined
  reading: Fiber.Fiber<unknown, unknown> | undefined = undefined

  constructor(onLag: OnLag, receiver: Channel.Receiver<number, Channel.Lagged>, scope: Scope.Closeable, from: number) {
    this.onLag = onLag
    this.receiver = receiver
    this.scope = scope
    this.from = from
  }

  private readonly see = (item: number): void => void this.seen.push(item)

  /** Both fail with Lagged at most. */
  read(how: Exclude<Action, "publish">): Effect.Effect<unknown> {
    const { receiver } = this
    const one = Effect.map(receiver.receiveOption, Option.map(this.see))
    const reads: Record<typeof how, Effect.Effect<unknown, Channel.Lagged>> = {
      receive: one,
      receiveTwo: Effect.andThen(one, one),
      forEach: receiver.forEach(
        function* (this: Reader, item: number) {
          this.see(item)
          yield* Effect.yieldNow
        }.bind(this)
      ),
      select: Effect.map(Channel.select({ item: Channel.receiving(receiver), end: Channel.ended(receiver) }), (event) =>
        event._tag === "item" ? this.see(event.value) : undefined
      )
    }
    return Effect.catch(reads[how], (lagged) => Effect.sync(() => void (this.lagged = lagged)))
  }
}

class World {
  readonly scheduler: RandomScheduler
  readonly news: Channel.Broadcast<number>
  /** Has room for everything, and is read at the end. */
  readonly witness: Channel.Receiver<number>
  readonly readers: Array<Reader> = []
  readonly fibers: Array<Fiber.Fiber<unknown, unknown>> = []
  readonly marks: Array<() => void> = []
  readonly publishes: Array<{ readonly item: number; readonly fiber: Fiber.Fiber<unknown, unknown> }> = []
  private readonly replay: number

  constructor(seed: number, replay: number) {
    this.scheduler = new RandomScheduler(randomFrom(seed))
    this.replay = replay
    this.news = this.now(Channel.broadcast<number>({ name: "news", replay }))
    const scope = this.now(Scope.make())
    this.witness = this.now(Scope.provide(this.news.subscribe({ capacity: 1_000, onLag: "wait" }), scope))
  }

  now<A, E>(self: Effect.Effect<A, E>): A {
    return Effect.runSync(self)
  }

  get published(): number {
    return this.now(this.witness.statistics).sent
  }

  start(self: Effect.Effect<unknown, unknown>, masked: boolean): Fiber.Fiber<unknown, unknown> {
    const { run, mark } = region(masked ? Effect.uninterruptible(self) : self)
    const fiber = Effect.runFork(Effect.flatten(run), { scheduler: this.scheduler })
    this.fibers.push(fiber)
    this.marks.push(mark)
    return fiber
  }

  do(given: Command, item: number): void {
    const reader = "which" in given ? this.readers[given.which % Math.max(this.readers.length, 1)] : undefined
    if (given.op === "run") for (const _ of upTo(given.steps)) this.scheduler.step()
    else if (given.op === "subscribe") this.subscribe(given.onLag, given.capacity)
    else if (given.op === "cancel") this.fibers[given.which % Math.max(this.fibers.length, 1)]?.interruptUnsafe()
    else if (given.op === "mark") this.marks[given.which % Math.max(this.marks.length, 1)]?.()
    else if (given.op === "close") this.now(this.news.close)
    // Every third program cannot be interrupted: it is served although its scope was cancelled.
    else if (given.op === "publish")
      this.publishes.push({ item, fiber: this.start(this.news.send(item), item % 3 === 0) })
    else if (reader === undefined) return
    else if (given.op === "leave") {
      reader.until = Math.min(reader.until, this.published)
      this.now(Scope.close(reader.scope, Exit.void))
    } else if (reader.reading === undefined || reader.reading.pollUnsafe() !== undefined)
      reader.reading = this.start(reader.read(given.op), item % 3 === 0)
  }

  private subscribe(onLag: OnLag, capacity: number): void {
    const scope = this.now(Scope.make())
    const from = this.published - Math.min(this.published, this.replay, capacity)
    const receiver = this.now(Scope.provide(this.news.subscribe({ capacity, onLag }), scope))
    this.readers.push(new Reader(onLag, receiver, scope, from))
  }

  /** Whoever waits could not be served. */
  nobodyWaitsInVain(): void {
    const waiting = this.publishes.filter(({ fiber }) => fiber.pollUnsafe() === undefined)
    const full = this.readers.filter(({ onLag, receiver }) => {
      const { buffered, capacity, receivers } = this.now(receiver.statistics)
      return onLag === "wait" && receivers > 0 && buffered >= capacity
    })
    if (waiting.length > 0) expect(full).not.toEqual([])
    for (const { receiver } of this.readers) {
      const { buffered, waitingReceivers } = this.now(receiver.statistics)
      if (waitingReceivers > 0) expect(buffered).toBe(0)
    }
  }

  /** Ends everything, and reads what is left. */
  end(): void {
    for (const fiber of this.fibers) fiber.interruptUnsafe()
    this.scheduler.toTheEnd()
    this.now(this.news.close)
    // What cannot be interrupted may read for as long as there is something to read.
    for (let left = true; left;) {
      left = false
      this.scheduler.toTheEnd()
      for (const { receiver, seen } of this.readers) {
        const answer = this.now(receiver.tryReceive)
        if (answer._tag === "Item") seen.push(answer.value)
        left ||= answer._tag === "Item"
      }
    }
    for (const fiber of this.fibers) expect(fiber.pollUnsafe()).toBeDefined()
  }
}

const isSubsequence = (part: ReadonlyArray<number>, whole: ReadonlyArray<number>): boolean => {
  let at = 0
  for (const item of whole) if (item === part[at]) at++
  return at === part.length
}

/** A reader saw what its policy says. */
const judge = (world: World, reader: Reader, published: ReadonlyArray<number>): void => {
  const { from, onLag, receiver, seen, until } = reader
  const own = published.slice(from, until)
  const { missed, received, sent, undelivered } = world.now(receiver.statistics)
  const left = until < Infinity
  expect([sent, received]).toEqual([seen.length + undelivered, seen.length])
  const ended = world.now(receiver.tryReceive)
  if (onLag === "wait") {
    expect(missed).toBe(0)
    expect(seen).toEqual(left ? own.slice(0, seen.length) : own)
    expect(ended).toEqual({ _tag: "Ended", error: Option.none() })
  } else if (onLag === "skip") {
    expect(isSubsequence(seen, own)).toBe(true)
    if (!left) expect([seen.length + missed, undelivered]).toEqual([own.length, missed])
    if (!left) expect(seen.slice(-1)).toEqual(own.slice(-1))
  } else {
    expect(seen).toEqual(own.slice(0, seen.length))
    const lagged = ended._tag === "Ended" ? Option.getOrUndefined(ended.error) : undefined
    if (!left && missed === 0) expect([seen, lagged]).toEqual([own, undefined])
    if (!left && missed > 0) expect(lagged).toMatchObject({ _tag: "Lagged", missed })
    if (missed > 0) expect(seen.length + missed).toBeLessThanOrEqual(own.length)
    if (reader.lagged !== undefined) expect(reader.lagged.missed).toBe(missed)
  }
}

const play = ({ commands, replay, seed }: History): void => {
  const world = new World(seed, replay)
  for (const [item, given] of commands.entries()) world.do(given, item)
  world.scheduler.toTheEnd()
  world.nobodyWaitsInVain()
  world.end()
  const published: Array<number> = []
  for (let next = world.now(world.witness.tryReceive); next._tag === "Item"; next = world.now(world.witness.tryReceive))
    published.push(next.value)
  expect(new Set(published).size).toBe(published.length)
  for (const { fiber, item } of world.publishes) {
    const exit = fiber.pollUnsafe()!
    if (Exit.isSuccess(exit)) expect(published).toContain(item)
    else if (!Exit.hasInterrupts(exit)) expect(published).not.toContain(item)
  }
  for (const reader of world.readers) judge(world, reader, published)
}

it("every reader sees what its policy says, in one order, in 10,000 random histories on random schedulers", () => {
  fc.assert(fc.property(history, play), { numRuns: 10_000 })
}, 60_000)
