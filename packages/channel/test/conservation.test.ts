/**
 * The conservation law over random histories: every item that was given is received once or undelivered once,
 * and nothing else is. Programs send, receive, select, close and are cancelled at random, by interruption and by a mark
 * on their scope; some cannot be interrupted. At the end everything is cancelled and closed.
 */
import { Effect, Exit, type Fiber, Scheduler } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as Channel from "../src/index.ts"
import { region } from "./support/running.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"

type Command =
  | {
      readonly op: "send" | "trySend" | "selectSend" | "receive" | "tryReceive" | "forEach" | "select"
      readonly on: 0 | 1
    }
  | { readonly op: "close" | "cancelReceiver"; readonly on: 0 | 1 }
  | { readonly op: "cancel" | "mark"; readonly which: number }
  | { readonly op: "run"; readonly steps: number }

const on = fc.constantFrom(0 as const, 1 as const)
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      op: fc.constantFrom("send", "trySend", "selectSend", "receive", "tryReceive", "forEach", "select"),
      on
    })
  },
  { weight: 6, arbitrary: fc.record({ op: fc.constantFrom("cancel" as const, "mark" as const), which: fc.nat(30) }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("run" as const), steps: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom("close" as const, "cancelReceiver" as const), on }) }
)
const history = fc.record({
  capacities: fc.tuple(fc.constantFrom<number | "unbounded">(0, 0, 1, 2, "unbounded"), fc.constantFrom(0, 1, 3)),
  commands: fc.array(command, { minLength: 5, maxLength: 40 }),
  seed: fc.integer()
})
type History = typeof history extends fc.Arbitrary<infer H> ? H : never

interface Running {
  /** Lets some of what is ready run. */
  readonly run: (steps: number) => Promise<void>
  /** Lets everything run, until all wait. */
  readonly rest: () => Promise<void>
  readonly fork: <A, E>(self: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}

interface Started {
  readonly on: 0 | 1
  readonly item: number
  readonly fiber: Fiber.Fiber<unknown, unknown>
}

/** A channel, and what the programs saw of it. */
class Side {
  readonly channel: Channel.Channel<number>
  readonly received: Array<number> = []
  readonly undelivered: Array<number> = []

  constructor(capacity: number | "unbounded") {
    const onUndelivered = (item: number) => Effect.sync(() => void this.undelivered.push(item))
    this.channel = Effect.runSync(Channel.make<number>({ capacity, onUndelivered }))
  }
}

const program = (command: Command, item: number, sides: ReadonlyArray<Side>): Effect.Effect<unknown, unknown> => {
  if (!("on" in command)) return Effect.void
  const { channel, received } = sides[command.on]!
  const other = sides[1 - command.on]!
  switch (command.op) {
    case "send":
      return channel.sender.send(item)
    case "trySend":
      return channel.sender.trySend(item)
    case "selectSend":
      return Channel.select({
        out: Channel.sending(channel.sender, item),
        in: Channel.receiving(other.channel.receiver),
        end: Channel.ended(other.channel.receiver)
      }).pipe(
        Effect.map((event) => {
          if (event._tag === "in") other.received.push(event.value)
        })
      )
    case "receive":
      return Effect.map(channel.receiver.receive, (value) => received.push(value))
    case "tryReceive":
      return Effect.map(channel.receiver.tryReceive, (answer) => {
        if (answer._tag === "Item") received.push(answer.value)
      })
    case "forEach":
      return channel.receiver.forEach(function* (value) {
        received.push(value)
        yield* Effect.yieldNow
      })
    case "select":
      return Channel.select({
        mine: Channel.receiving(channel.receiver),
        theirs: Channel.receiving(other.channel.receiver),
        end: Channel.ended(channel.receiver)
      }).pipe(
        Effect.map((event) => {
          if (event._tag === "mine") received.push(event.value)
          if (event._tag === "theirs") other.received.push(event.value)
        })
      )
    case "close":
      return channel.sender.close
    case "cancelReceiver":
      return channel.receiver.cancel
  }
}

/** When all wait: whoever waits could not be served. */
const nobodyWaitsInVain = (now: Channel.Statistics): void => {
  if (now.waitingReceivers > 0) expect([now.buffered, now.waitingSenders]).toEqual([0, 0])
  if (now.waitingReceivers > 0) expect(now.senders).toBeGreaterThan(0)
  if (now.waitingSenders > 0) expect(now.buffered).toBeGreaterThanOrEqual(now.capacity)
  if (now.waitingSenders > 0) expect(now.receivers).toBeGreaterThan(0)
}

/** Plays a history and checks the law for each channel. */
const play = async ({ capacities, commands }: History, running: Running): Promise<void> => {
  const sides = capacities.map((capacity) => new Side(capacity))
  const fibers: Array<Fiber.Fiber<unknown, unknown>> = []
  const marks: Array<() => void> = []
  const sends: Array<Started> = []
  const selects: Array<Started> = []
  const law = () => {
    for (const { channel } of sides) {
      const now = Effect.runSync(channel.receiver.statistics)
      expect(now.sent).toBe(now.received + now.buffered + now.undelivered)
    }
  }
  for (const [item, command] of commands.entries()) {
    if (command.op === "run") await running.run(command.steps)
    else if (command.op === "cancel") fibers[command.which % Math.max(fibers.length, 1)]?.interruptUnsafe()
    else if (command.op === "mark") marks[command.which % Math.max(marks.length, 1)]?.()
    else {
      // Every third program cannot be interrupted: it is served although its scope was cancelled.
      const self = program(command, item, sides)
      const { run, mark } = region(item % 3 === 0 ? Effect.uninterruptible(self) : self)
      const fiber = running.fork(Effect.flatten(run))
      fibers.push(fiber)
      marks.push(mark)
      if (command.op === "send") sends.push({ on: command.on, item, fiber })
      if (command.op === "select") selects.push({ on: command.on, item, fiber })
    }
    law()
  }
  await running.rest()
  const atRest = sides.map(({ channel }) => Effect.runSync(channel.receiver.statistics))
  for (const now of atRest) nobodyWaitsInVain(now)
  // A select that still waits: no clause of it is ready.
  for (const { on } of selects.filter(({ fiber }) => fiber.pollUnsafe() === undefined)) {
    for (const now of atRest) expect([now.buffered, now.waitingSenders]).toEqual([0, 0])
    expect(atRest[on]!.senders).toBeGreaterThan(0)
  }
  for (const fiber of fibers) fiber.interruptUnsafe()
  await running.rest()
  law()
  // What cannot be interrupted still waits: the end of the channels must reach it.
  for (const { channel } of sides) running.fork(channel.sender.close)
  await running.rest()
  for (const { channel } of sides) running.fork(channel.receiver.cancel)
  await running.rest()
  law()
  for (const fiber of fibers) expect(fiber.pollUnsafe()).toBeDefined()
  for (const [index, { channel, received, undelivered }] of sides.entries()) {
    const now = Effect.runSync(channel.receiver.statistics)
    expect([now.buffered, now.waitingSenders, now.waitingReceivers]).toEqual([0, 0, 0])
    expect([now.received, now.undelivered]).toEqual([received.length, undelivered.length])
    const fates = [...received, ...undelivered]
    expect(fates.length).toBe(now.sent)
    expect(new Set(fates).size).toBe(fates.length)
    for (const { item, fiber } of sends.filter((send) => send.on === index)) {
      const exit = fiber.pollUnsafe()!
      if (Exit.isSuccess(exit)) expect(fates).toContain(item)
      else if (!Exit.hasInterrupts(exit)) expect(undelivered).toContain(item)
    }
  }
}

const onRandomScheduler = (seed: number): Running => {
  const scheduler = new RandomScheduler(randomFrom(seed))
  return {
    run: async (steps) => {
      for (let i = 0; i < steps; i++) scheduler.step()
    },
    rest: async () => scheduler.toTheEnd(),
    fork: (self) => Effect.runFork(self, { scheduler })
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The stock scheduler, which gives way after `operations` operations. */
const onStockScheduler = (operations: number): Running => ({
  run: async (steps) => {
    if (steps % 2 === 0) await turn()
  },
  rest: async () => {
    for (let i = 0; i < 200; i++) await turn()
  },
  fork: (self) => Effect.runFork(Effect.provideService(self, Scheduler.MaxOpsBeforeYield, operations))
})

it("nothing is lost and nothing comes twice in random histories on a random scheduler", async () => {
  await fc.assert(
    fc.asyncProperty(history, (played) => play(played, onRandomScheduler(played.seed))),
    { numRuns: Number(process.env["FERRULE_HISTORIES"] ?? 1_500) }
  )
})

it("nothing is lost and nothing comes twice in random histories on the stock scheduler", async () => {
  await fc.assert(
    fc.asyncProperty(history, (played) => play(played, onStockScheduler(3 + (Math.abs(played.seed) % 6)))),
    { numRuns: 300 }
  )
})

it("a receive cancelled between any two of its operations loses nothing, 10,000 times [XC-10]", () => {
  const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: "unbounded" }))
  const received: Array<number> = []
  const takeOne = Effect.map(receiver.receive, (item) => received.push(item))
  const random = randomFrom(7)
  let cancelled = 0
  for (let item = 0; item < 10_000; item++) {
    sender.trySendUnsafe(item)
    // The stock scheduler gives way after 2,048 operations: somewhere about the receive.
    const before = 2035 + Math.floor(random() * 16)
    let done = 0
    const burn = Effect.whileLoop({ while: () => done < before, body: () => Effect.void, step: () => done++ })
    const fiber = Effect.runFork(Effect.andThen(burn, takeOne))
    if (fiber.pollUnsafe() === undefined) cancelled++
    fiber.interruptUnsafe()
  }
  const { buffered } = Effect.runSync(receiver.statistics)
  expect(cancelled).toBeGreaterThan(1_000)
  expect(received.length).toBeGreaterThan(1_000)
  expect(received.length + buffered).toBe(10_000)
  expect(received).toEqual(received.toSorted((a, b) => a - b))
})
