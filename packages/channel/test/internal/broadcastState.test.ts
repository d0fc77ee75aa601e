/**
 * `BroadcastState` does what a broadcast made of plain lists does, step by step, in random histories: the same items, to
 * the same readers, in the same order; the same people wait, and the same items are missed.
 */
import { type InLine, Place } from "@ferrule/runtime"
import { Context, Exit } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import { BroadcastState, type Publication } from "../../src/internal/broadcastState.ts"
import { ChannelState, type Taker } from "../../src/internal/channelState.ts"
import { Pipe } from "../../src/internal/Pipe.ts"
import type { OnLag } from "../../src/Broadcast.ts"
import { Subscriber } from "../../src/internal/Subscriber.ts"
import type { Lagged } from "../../src/Lagged.ts"

/** Somebody who waits; held, and told of it, by hand. */
class Person implements InLine {
  readonly node = undefined
  private readonly tasks: Array<() => void> = []
  held = false
  readonly queue = { enqueue: ({ wake }: { wake: () => void }) => this.tasks.push(wake) } as unknown as InLine["queue"]

  /** It turns out to be cleanup: it is served like anybody. */
  tell(): void {
    this.held = false
    for (const task of this.tasks.splice(0)) task()
  }
}

class Publish extends Place implements Publication<number> {
  readonly item: number
  readonly person: Person
  done = false

  constructor(person: Person, item: number) {
    super(person)
    this.person = person
    this.item = item
  }

  published(): void {
    this.done = true
  }
}

class Receive extends Place implements Taker<number> {
  readonly handle: object
  private readonly state: ChannelState<number>
  private readonly got: Array<number>

  constructor(state: ChannelState<number>, handle: object, got: Array<number>) {
    super(new Person())
    this.state = state
    this.handle = handle
    this.got = got
  }

  hand(item: number): void {
    this.got.push(item)
    this.state.arrived()
  }

  atEnd(): void {}
}

/** A reader of the broadcast under test. */
class RealReader {
  readonly got: Array<number> = []
  readonly pipe: Pipe<number, Lagged>
  private readonly handle = {}

  constructor(state: BroadcastState<number>, onLag: OnLag, capacity: number) {
    const channel = new ChannelState<number>(capacity, onLag === "skip" ? "dropOldest" : "wait")
    this.pipe = new Pipe("news", channel, undefined, Context.empty())
    state.join(new Subscriber(this.pipe, onLag, state, new Person()))
  }

  /** Takes an item, or waits for one. */
  read(): void {
    const { state } = this.pipe
    if (state.receivers === 0) return
    if (state.canTake()) this.got.push(state.take())
    else if (state.senders > 0) state.addTaker(new Receive(state, this.handle, this.got))
  }

  leave(): void {
    const { state, whenAbandoned } = this.pipe
    if (state.receivers === 0) return
    state.cancelReceiver(this.handle)
    for (const stop of whenAbandoned) stop()
  }

  get seen() {
    const { failure, missed, state } = this.pipe
    const lagged = failure !== undefined && Exit.isFailure(failure)
    const waiting = state.receivers === 0 ? 0 : state.takers.size
    return { got: this.got, buffered: state.buffered, missed, lagged, closed: state.senders === 0, waiting }
  }
}

/** The same, of lists. */
class ListReader {
  readonly got: Array<number> = []
  buffer: Array<number>
  waiting = 0
  missed = 0
  lagged = false
  gone = false
  closed = false
  readonly onLag: OnLag
  readonly capacity: number

  constructor(onLag: OnLag, capacity: number, replayed: ReadonlyArray<number>) {
    this.onLag = onLag
    this.capacity = capacity
    this.buffer = replayed.slice(Math.max(0, replayed.length - capacity))
  }

  get listens(): boolean {
    return !this.gone && !this.lagged
  }

  get full(): boolean {
    return this.waiting === 0 && this.buffer.length >= this.capacity
  }

  hear(item: number): void {
    if (this.waiting > 0) {
      this.waiting--
      this.got.push(item)
    } else if (!this.full) this.buffer.push(item)
    else if (this.onLag === "skip") {
      this.missed++
      this.buffer = [...this.buffer.slice(1), item]
    } else {
      this.missed = this.buffer.length + 1
      this.buffer = []
      this.lagged = true
      this.closed = true
    }
  }

  read(): void {
    if (this.gone) return
    const [item, ...rest] = this.buffer
    if (item !== undefined) {
      this.got.push(item)
      this.buffer = rest
    } else if (!this.closed) this.waiting++
  }

  get seen() {
    const { got, buffer, missed, lagged, closed, waiting } = this
    return { got, buffered: buffer.length, missed, lagged, closed, waiting }
  }
}

class ListBroadcast {
  readonly readers: Array<ListReader> = []
  /** Items of publishes that wait, and of those that are held among them. */
  line: Array<number> = []
  readonly held = new Set<number>()
  readonly published: Array<number> = []
  closed = false
  private readonly replay: number

  constructor(replay: number) {
    this.replay = replay
  }

  join(onLag: OnLag, capacity: number): void {
    this.readers.push(
      new ListReader(onLag, capacity, this.published.slice(Math.max(0, this.published.length - this.replay)))
    )
    this.settle()
  }

  publish(item: number): void {
    if (this.closed) return
    this.line.push(item)
    this.settle()
  }

  /** Whoever can be served is. */
  settle(): void {
    for (const item of this.line.filter((waiting) => !this.held.has(waiting))) {
      const listening = this.readers.filter((reader) => reader.listens)
      if (listening.some((reader) => reader.onLag === "wait" && reader.full)) break
      this.line = this.line.filter((waiting) => waiting !== item)
      this.published.push(item)
      for (const reader of listening) reader.hear(item)
    }
    if (!this.closed || this.line.length > 0) return
    for (const reader of this.readers) {
      if (reader.gone) continue
      reader.closed = true
      reader.waiting = 0
    }
  }
}

const which = fc.nat(50)
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant("publish" as const), which }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant("read" as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("join" as const),
      which,
      onLag: fc.constantFrom<OnLag>("wait", "wait", "skip", "fail"),
      capacity: fc.integer({ min: 1, max: 3 })
    })
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("leave" as const, "withdraw" as const), which }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("hold" as const, "tell" as const), which }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("close" as const, "publish" as const), which }) }
)
const history = fc.record({
  replay: fc.integer({ min: 0, max: 3 }),
  commands: fc.array(command, { minLength: 3, maxLength: 40 })
})
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

class Pair {
  readonly real: BroadcastState<number>
  readonly list: ListBroadcast
  readonly readers: Array<RealReader> = []
  readonly publishes: Array<Publish> = []

  constructor(replay: number) {
    this.real = new BroadcastState<number>(replay, [])
    this.list = new ListBroadcast(replay)
  }

  do(given: Command, item: number): void {
    const { list, publishes, readers, real } = this
    const reader = given.which % Math.max(readers.length, 1)
    const waiting = publishes.filter(({ line }) => line !== undefined)
    const publish = waiting[given.which % Math.max(waiting.length, 1)]
    if (given.op === "publish") this.publish(item)
    else if (given.op === "join") {
      readers.push(new RealReader(real, given.onLag, given.capacity))
      list.join(given.onLag, given.capacity)
    } else if (given.op === "close") {
      real.close()
      list.closed = true
    } else if (given.op === "read") {
      readers[reader]?.read()
      list.readers[reader]?.read()
    } else if (given.op === "leave" && readers[reader] !== undefined) {
      readers[reader].leave()
      Object.assign(list.readers[reader]!, { buffer: [], gone: true, waiting: 0 })
    } else if (publish !== undefined) this.disturb(given.op, publish)
    list.settle()
  }

  private publish(item: number): void {
    const publish = new Publish(new Person(), item)
    if (!this.real.closed) {
      this.publishes.push(publish)
      if (this.real.canPublish()) {
        this.real.publish(item)
        publish.done = true
      } else this.real.add(publish)
    }
    this.list.publish(item)
  }

  private disturb(op: Command["op"], publish: Publish): void {
    if (op === "withdraw") {
      this.list.line = this.list.line.filter((item) => item !== publish.item)
      this.list.held.delete(publish.item)
      this.real.withdraw(publish)
    } else if (op === "hold") {
      publish.person.held = true
      this.list.held.add(publish.item)
    } else if (op === "tell") {
      this.list.held.delete(publish.item)
      publish.person.tell()
    }
  }

  /** What is true of the one under test, and of the lists. */
  get both(): readonly [unknown, unknown] {
    const { list, publishes, readers } = this
    const waiting = publishes.filter(({ line }) => line !== undefined).map(({ item }) => item)
    const done = publishes.filter((publish) => publish.done).map(({ item }) => item)
    // No gate is left shut for nobody.
    const shut = list.line.length > 0 ? 0 : readers.filter(({ pipe }) => pipe.state.givers.size > 0).length
    return [
      { readers: readers.map(({ seen }) => seen), waiting, done, shut },
      {
        readers: list.readers.map(({ seen }) => seen),
        waiting: list.line,
        done: list.published.toSorted((a, b) => a - b),
        shut: 0
      }
    ]
  }
}

const check = ({ commands, replay }: typeof history extends fc.Arbitrary<infer H> ? H : never): void => {
  const pair = new Pair(replay)
  for (const [item, given] of commands.entries()) {
    pair.do(given, item)
    const [real, list] = pair.both
    // Most are the same, and `expect` takes longer than all else.
    if (JSON.stringify(real) !== JSON.stringify(list)) expect(real).toEqual(list)
  }
}

it("a broadcast does what one of plain lists does, in 10,000 random histories", () => {
  fc.assert(fc.property(history, check), { numRuns: 10_000 })
}, 60_000)
