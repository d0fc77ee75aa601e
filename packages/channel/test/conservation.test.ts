/**
 * The conservation law over random histories: every item that was given is received once or undelivered once,
 * and nothing else is. Programs send, reserve, receive, select, split, close, fail and are cancelled at random, by
 * interruption and by a mark on their scope; some cannot be interrupted. At the end everything is cancelled and closed.
 */
import { mayLeave } from "@ferrule/testing/vitest"
import { Cause, Deferred, Effect, Exit, type Fiber, Scheduler } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as Channel from "../src/index.ts"
import { type Action, endingOf, isEnding, type History, history, programOf, Side } from "./support/history.ts"
import { region, upTo } from "./support/running.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"

interface Running {
  /** Lets some of what is ready run. */
  readonly run: (steps: number) => Promise<void>
  /** Lets everything run, until all wait. */
  readonly rest: () => Promise<void>
  readonly fork: <A, E>(self: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}

interface Started {
  readonly op: Action
  readonly on: 0 | 1
  readonly item: number
  readonly fiber: Fiber.Fiber<unknown, unknown>
}

/** Asked a million times: made plain. */
const same = <A>(actual: A, expected: A, what: string): void => {
  if (actual !== expected) expect({ [what]: actual }).toEqual({ [what]: expected })
}

const hasEnded = ({ senders, buffered, waitingSenders }: Channel.Statistics, side: Side): boolean =>
  senders + buffered + waitingSenders + side.holders.size === 0

/** When all wait: whoever waits could not be served. */
const nobodyWaitsInVain = (side: Side): void => {
  const now = side.statistics
  if (now.waitingReceivers > 0) expect([now.buffered, hasEnded(now, side)]).toEqual([0, false])
  if (now.waitingSenders === 0) return
  expect(now.receivers).toBeGreaterThan(0)
  expect(now.buffered + side.holders.size).toBeGreaterThanOrEqual(now.capacity + now.waitingReceivers)
}

/** A select that still waits: no clause of it is ready. */
const noClauseIsReady = (on: 0 | 1, sides: ReadonlyArray<Side>): void => {
  for (const side of sides) {
    const now = side.statistics
    expect(now.buffered).toBe(0)
    // The sends in line stand behind permits, which have a right to the receives that wait.
    if (now.waitingSenders > 0) expect(side.holders.size).toBeGreaterThan(0)
  }
  expect(hasEnded(sides[on]!.statistics, sides[on]!)).toBe(false)
}

const allowedDefects = /^Error: (cannot clone a (sender|receiver)|cannot split a sender|this select can never commit)/

/** What the programs were told is what became of their items. */
const everybodyWasToldTheTruth = (side: Side, started: ReadonlyArray<Started>): void => {
  const undelivered = new Set(side.undelivered)
  const fates = new Set([...side.received, ...side.undelivered])
  for (const [item, told] of side.told) same(fates.has(item), told === "given", `item ${item} was given`)
  for (const { op, item, fiber } of started) {
    const exit = fiber.pollUnsafe()!
    if (Exit.isFailure(exit) && Exit.hasDies(exit)) expect(String(Cause.squash(exit.cause))).toMatch(allowedDefects)
    const unsaid = side.told.get(item) === undefined
    // An item that makes another go is sent before it is said: the hook comes first.
    if ((op === "trySend" || op === "holdAndGiveBack") && unsaid && side.waits) same(fates.has(item), false, op)
    if (op !== "send") continue
    if (Exit.isSuccess(exit)) same(fates.has(item), true, "what was sent was given")
    else if (!Exit.hasInterrupts(exit)) same(undelivered.has(item), true, "what was refused is undelivered")
  }
}

/** Plays a history and checks the law for each channel. */
const play = async ({ kinds, commands }: History, running: Running): Promise<void> => {
  const sides = kinds.map((kind) => new Side(kind))
  const fibers: Array<Fiber.Fiber<unknown, unknown>> = []
  const marks: Array<() => void> = []
  const started: Array<Started> = []
  const law = () => {
    for (const side of sides) {
      const now = side.statistics
      same(now.sent, now.received + now.buffered + now.undelivered, "given")
      same(side.endCameEarly, false, "the end was shown early")
    }
  }
  const start = (self: Effect.Effect<unknown, unknown>) => {
    const { run, mark } = region(self)
    fibers.push(running.fork(Effect.flatten(run)))
    marks.push(mark)
    return fibers.at(-1)!
  }
  for (const [item, command] of commands.entries()) {
    if (command.op === "run") await running.run(command.steps)
    else if (command.op === "cancel") fibers[command.which % Math.max(fibers.length, 1)]?.interruptUnsafe()
    else if (command.op === "mark") marks[command.which % Math.max(marks.length, 1)]?.()
    else if (isEnding(command)) start(endingOf(command.op, item, sides[command.on]!))
    else {
      const { op, on } = command
      // Every third program cannot be interrupted: it is served although its scope was cancelled.
      const self = programOf(op, item, sides[on]!, sides[1 - on]!)
      started.push({ op, on, item, fiber: start(item % 3 === 0 ? Effect.uninterruptible(self) : self) })
    }
    law()
  }
  await running.rest()
  for (const side of sides) nobodyWaitsInVain(side)
  for (const { op, on, fiber } of started) {
    if (op === "select" && fiber.pollUnsafe() === undefined) noClauseIsReady(on, sides)
  }
  for (const fiber of fibers) fiber.interruptUnsafe()
  await running.rest()
  law()
  // What cannot be interrupted still waits: what it waits for must reach it.
  for (const { gate, senders } of sides) {
    running.fork(Deferred.succeed(gate, undefined))
    for (const sender of senders) running.fork(sender.close)
  }
  await running.rest()
  law()
  for (const { receiver } of sides) running.fork(receiver.cancel)
  await running.rest()
  law()
  for (const fiber of fibers) same(fiber.pollUnsafe() === undefined, false, "still waits")
  for (const [index, side] of sides.entries()) {
    const { received, undelivered, statistics: now } = side
    expect([now.buffered, now.waitingSenders, now.waitingReceivers, side.holders.size]).toEqual([0, 0, 0, 0])
    expect([now.received, now.undelivered]).toEqual([received.length, undelivered.length])
    same(new Set([...received, ...undelivered]).size, received.length + undelivered.length, "fates")
    everybodyWasToldTheTruth(
      side,
      started.filter(({ on }) => on === index)
    )
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

const patience = { timeout: 120_000 }

it("nothing is lost and nothing comes twice in 9,600 random histories on a random scheduler", patience, async () => {
  await fc.assert(
    fc.asyncProperty(history, (played) => play(played, onRandomScheduler(played.seed))),
    { numRuns: Number(process.env["FERRULE_HISTORIES"] ?? 9_000) }
  )
})

it("nothing is lost and nothing comes twice in 400 random histories on the stock scheduler", patience, async () => {
  await fc.assert(
    fc.asyncProperty(history, (played) => play(played, onStockScheduler(3 + (Math.abs(played.seed) % 40)))),
    { numRuns: 400 }
  )
})

it("what one producer sends comes in its order, though who receives is cancelled again and again", () => {
  const perProducer = 12
  let cancels = 0
  for (const seed of upTo(400)) {
    const random = randomFrom(seed)
    const scheduler = new RandomScheduler(randomFrom(seed))
    const { sender, receiver } = Effect.runSync(Channel.make<number>({ capacity: seed % 3 }))
    const got: Array<number> = []
    const takeAll = receiver.forEach((item) => {
      got.push(item)
      return Effect.void
    })
    for (const producer of upTo(3)) {
      const give = [
        sender.send,
        (item: number) => Effect.scoped(Effect.flatMap(sender.reserve, (permit) => permit.commit(item))),
        (item: number) => Channel.select({ out: Channel.sending(sender, item) })
      ][producer]!
      Effect.runFork(
        Effect.forEach(upTo(perProducer), (i) => give(producer * perProducer + i) as Effect.Effect<unknown>),
        { scheduler }
      )
    }
    // One receiver at a time: the next begins when the last has ended.
    while (got.length < 3 * perProducer) {
      const receiving = Effect.runFork(takeAll, { scheduler })
      for (let steps = Math.floor(random() * 12); steps > 0; steps--) scheduler.step()
      receiving.interruptUnsafe()
      cancels++
      for (let steps = 0; receiving.pollUnsafe() === undefined && steps < 1_000; steps++) scheduler.step()
    }
    for (const producer of upTo(3)) {
      const own = got.filter((item) => Math.floor(item / perProducer) === producer)
      expect(own).toEqual(upTo(perProducer).map((i) => producer * perProducer + i))
    }
  }
  expect(cancels).toBeGreaterThan(4_000)
})

it("a receive cancelled between any two of its operations loses nothing, 10,000 times [XC-10]", () => {
  mayLeave(["items"], "what was not received is counted where it lies")
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

it("the end is not shown while who owns the last item is on its way out, however often it gives way [S-72]", async () => {
  for (const most of upTo(40).map((i) => i + 3)) {
    const { sender, receiver } = Effect.runSync(Channel.make<number>())
    const { fork, rest } = onStockScheduler(most)
    const first = fork(receiver.receive)
    await rest()
    const second = fork(receiver.receive)
    await rest()
    expect([most, sender.trySendUnsafe(1)]).toEqual([most, "sent"])
    first.interruptUnsafe()
    Effect.runSync(sender.close)
    await rest()
    expect([most, second.pollUnsafe()]).toEqual([most, Exit.succeed(1)])
  }
})
