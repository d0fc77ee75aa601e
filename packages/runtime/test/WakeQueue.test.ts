import { expect, it } from "@effect/vitest"
import { Context, Effect, Fiber, Scheduler } from "effect"
import { describe } from "vitest"
import { startFiber, type Wakeable, WakeQueue, wakeQueueOf } from "../src/index.ts"

const stock = Context.get(Context.empty(), Scheduler.Scheduler)

/** A scheduler that keeps its tasks until it is told to serve them. */
class Manual extends Scheduler.MixedScheduler {
  readonly tasks: Array<() => void> = []
  override makeDispatcher() {
    const dispatcher = super.makeDispatcher()
    dispatcher.scheduleTask = (task) => void this.tasks.push(task)
    return dispatcher
  }
}

const entries = (log: Array<number>, count: number): ReadonlyArray<Wakeable> =>
  Array.from({ length: count }, (_, i) => ({ wake: () => void log.push(i) }))

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Wakes itself for ever: two fibers that play ping-pong, at their fastest. */
const pingPong = (queue: WakeQueue) => {
  const game = {
    wakes: 0,
    over: false,
    wake: (): void => {
      game.wakes++
      if (!game.over) queue.enqueue(game)
    }
  }
  return game
}

describe("under the default scheduler", () => {
  it("wakes nobody inside the step that enqueues, and then in order", async () => {
    const queue = new WakeQueue(stock)
    const log: Array<number> = []
    for (const entry of entries(log, 1000)) queue.enqueue(entry)
    expect(log).toEqual([])
    while (log.length < 1000) await turn()
    expect(log).toEqual(upTo(1000))
  })

  it("keeps the order when wake-ups enqueue others, however many there are", async () => {
    const queue = new WakeQueue(stock)
    const log: Array<number> = []
    const total = 20_000
    let next = 0
    const add = (): void => {
      const number = next++
      queue.enqueue({
        wake: () => {
          log.push(number)
          for (let i = 0; i < 2 && next < total; i++) add()
        }
      })
    }
    add()
    while (log.length < total) await turn()
    expect(log).toEqual(upTo(total))
  })

  it("gives way to timers, however fast two play ping-pong", async () => {
    const game = pingPong(new WakeQueue(stock))
    const startedAt = performance.now()
    const lag = new Promise<number>((resolve) => setTimeout(() => resolve(performance.now() - startedAt - 10), 10))
    game.wake()
    expect(await lag).toBeLessThan(200)
    expect(game.wakes).toBeGreaterThan(100)
    game.over = true
    await turn()
  })

  it("gives way to immediates after no more than 64 wake-ups", async () => {
    const game = pingPong(new WakeQueue(stock))
    game.wake()
    await turn()
    const before = game.wakes
    await turn()
    expect(game.wakes - before).toBeLessThanOrEqual(128)
    game.over = true
    await turn()
  })

  it("serves what goes on in slices one slice a turn, before what is in line", async () => {
    const queue = new WakeQueue(stock)
    const log: Array<string> = []
    queue.enqueue({ wake: () => void log.push("in line") })
    queue.enqueueNextTurn({ wake: () => void log.push("slice") })
    await Promise.resolve()
    expect(log).toEqual([])
    await turn()
    await turn()
    expect(log).toEqual(["slice", "in line"])
  })

  it("does not settle in place: only a microtask wakes", () => {
    const queue = new WakeQueue(stock)
    const log: Array<number> = []
    for (const entry of entries(log, 1)) queue.enqueue(entry)
    queue.settle()
    expect(log).toEqual([])
  })
})

describe("a wake-up that throws", () => {
  it("reaches the process as any uncaught error, and the rest of the line is woken", async () => {
    const queue = new WakeQueue(stock)
    const log: Array<number> = []
    const uncaught: Array<unknown> = []
    const others = process.listeners("uncaughtException")
    const listen = (error: unknown) => void uncaught.push(error)
    process.removeAllListeners("uncaughtException")
    process.on("uncaughtException", listen)
    try {
      const boom = new Error("boom")
      queue.enqueue({
        wake: () => {
          throw boom
        }
      })
      for (const entry of entries(log, 200)) queue.enqueue(entry)
      while (log.length < 200) await turn()
      expect(uncaught).toEqual([boom])
      expect(log).toEqual(upTo(200))
    } finally {
      process.removeListener("uncaughtException", listen)
      for (const other of others) process.on("uncaughtException", other)
    }
  })
})

describe("in sync mode", () => {
  const sync = () => new WakeQueue(new Scheduler.MixedScheduler("sync"))

  it("drains in place, to the end, also what wake-ups enqueue", () => {
    const queue = sync()
    const log: Array<number> = []
    let left = 10_000
    const item: Wakeable = {
      wake: () => {
        if (left-- > 0) queue.enqueue(item)
      }
    }
    queue.enqueue(item)
    for (const entry of entries(log, 3)) queue.enqueue(entry)
    queue.settle()
    expect(left).toBe(-1)
    expect(log).toEqual([0, 1, 2])
  })

  it("also what goes on in slices", () => {
    const queue = sync()
    const log: Array<string> = []
    queue.enqueueNextTurn({ wake: () => void log.push("slice") })
    queue.settle()
    expect(log).toEqual(["slice"])
  })

  it("does not drain inside a nested start: the outermost does", () => {
    const queue = sync()
    const log: Array<number> = []
    queue.enterNested()
    for (const entry of entries(log, 2)) queue.enqueue(entry)
    queue.settle()
    expect(log).toEqual([])
    queue.leaveNested()
    queue.settle()
    expect(log).toEqual([0, 1])
  })
})

describe("under another scheduler", () => {
  it("every wake-up is a task of that scheduler, in order", () => {
    const scheduler = new Manual()
    const queue = new WakeQueue(scheduler)
    const log: Array<number> = []
    for (const entry of entries(log, 3)) queue.enqueue(entry)
    queue.enqueueNextTurn({ wake: () => void log.push(3) })
    expect(scheduler.tasks).toHaveLength(4)
    expect(log).toEqual([])
    for (const task of scheduler.tasks) task()
    expect(log).toEqual([0, 1, 2, 3])
  })
})

describe("the stack", () => {
  it("takes nested completions up to a limit, and the queue the rest", () => {
    const queue = new WakeQueue(new Manual())
    let depth = 0
    let deepest = 0
    const item: Wakeable = {
      wake: () => {
        deepest = Math.max(deepest, ++depth)
        queue.nestedOrLater(item)
        depth--
      }
    }
    queue.nestedOrLater(item)
    expect(deepest).toBeGreaterThan(1)
    expect(deepest).toBeLessThan(100)
    expect(queue.shallow).toBe(true)
  })

  it("is counted down again when a nested start throws", () => {
    const queue = new WakeQueue(new Manual())
    const boom = (): never => {
      throw new Error("boom")
    }
    const context = Context.empty()
    const unready = { fiber: undefined, end: boom }
    for (let i = 0; i < 100; i++) expect(() => startFiber(queue, context, Effect.void, unready, false)).toThrow("boom")
    for (let i = 0; i < 100; i++) expect(() => queue.nestedOrLater({ wake: boom })).toThrow("boom")
    expect(queue.shallow).toBe(true)
  })
})

describe("wakeQueueOf", () => {
  it.effect("gives all fibers of one scheduler one queue, and each scheduler its own", () =>
    Effect.gen(function* () {
      const mine = yield* Effect.withFiber((fiber) => Effect.succeed(wakeQueueOf(fiber)))
      const child = yield* Effect.forkChild(Effect.withFiber((fiber) => Effect.succeed(wakeQueueOf(fiber))))
      expect(yield* Fiber.join(child)).toBe(mine)
      const other = yield* Effect.withFiber((fiber) => Effect.succeed(wakeQueueOf(fiber))).pipe(
        Effect.provideService(Scheduler.Scheduler, new Manual())
      )
      expect(other).not.toBe(mine)
    })
  )
})
