import { Deferred, Effect, Exit, Fiber, Random } from "effect"
import { expect, it } from "vitest"
import { drive, type World } from "../src/harness/drive.ts"
import { timerClockKey } from "../src/harness/VirtualClock.ts"

const deadlineAt = (world: World, at: number) =>
  Effect.callback<string>((resume) => {
    const takeBack = world.clock[timerClockKey].timer(at, "deadline", () => resume(Effect.succeed("deadline")))
    return Effect.sync(takeBack)
  })

const drifters = (log: Array<number>) =>
  Effect.forEach(
    Array.from({ length: 8 }, (_, i) => i),
    (i) =>
      Effect.andThen(
        Effect.sleep(10),
        Effect.sync(() => void log.push(i))
      ),
    { concurrency: "unbounded" }
  )

it("virtual time costs exactly the length of the sleeps, and starts at 0", async () => {
  const result = await drive((world) =>
    Effect.gen(function* () {
      const start = world.clock.currentTimeMillisUnsafe()
      yield* Effect.sleep("1 day")
      yield* Effect.all([Effect.sleep(300), Effect.sleep(1_000)], { concurrency: "unbounded" })
      return [start, world.clock.currentTimeMillisUnsafe(), world.clock.monotonicTimeNanosUnsafe()]
    })
  )
  expect(result).toMatchObject({ problems: [], at: 86_401_000 })
  expect(result.exit).toEqual(Exit.succeed([0, 86_401_000, 86_401_000n * 1_000_000n]))
})

it("a sleeper of an instant is woken before that instant's deadline, whichever was registered first", async () => {
  const log: Array<string> = []
  const result = await drive((world) =>
    Effect.gen(function* () {
      const deadline = yield* Effect.forkChild(
        Effect.map(deadlineAt(world, 100), (entry) => void log.push(entry)),
        {
          startImmediately: true
        }
      )
      yield* Effect.sleep(100)
      log.push("sleeper")
      yield* Fiber.join(deadline)
    })
  )
  expect(log).toEqual(["sleeper", "deadline"])
  expect(result).toMatchObject({ problems: [], at: 100 })
})

it("everything a sleeper wakes within its instant runs before that instant's deadline", async () => {
  const log: Array<string> = []
  await drive((world) =>
    Effect.gen(function* () {
      const relay = yield* Deferred.make<void>()
      const deadline = yield* Effect.forkChild(
        Effect.map(deadlineAt(world, 100), (entry) => void log.push(entry)),
        {
          startImmediately: true
        }
      )
      const woken = yield* Effect.forkChild(
        Effect.gen(function* () {
          yield* Deferred.await(relay)
          for (let i = 0; i < 50; i++) yield* Effect.yieldNow
          yield* Effect.promise(() => Promise.resolve())
          yield* Effect.sleep(0)
          log.push("woken")
        }),
        { startImmediately: true }
      )
      yield* Effect.sleep(100)
      yield* Deferred.succeed(relay, undefined)
      yield* Fiber.join(woken)
      yield* Fiber.join(deadline)
    })
  )
  expect(log).toEqual(["woken", "deadline"])
})

it("sleepers of one instant are woken in the order they were registered", async () => {
  const log: Array<number> = []
  await drive(() => drifters(log))
  expect(log).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

it("one seed gives one order, and different seeds give different ones", async () => {
  const run = async (seed: number) => {
    const log: Array<number> = []
    const { order } = await drive(() => drifters(log), { seed, anyOrder: true })
    return { order, log: log.join() }
  }
  const first = await Promise.all([1, 2, 3, 4, 5, 6].map(run))
  const again = await Promise.all([1, 2, 3, 4, 5, 6].map(run))
  expect(again).toEqual(first)
  expect(new Set(first.map(({ log }) => log)).size).toBeGreaterThan(3)
  expect(new Set(first.map(({ order }) => order)).size).toBe(6)
})

it("the seed drives Effect's Random", async () => {
  const draw = async (seed: number) => (await drive(() => Random.next, { seed })).exit
  expect(await draw(1)).toEqual(await draw(1))
  expect(await draw(1)).not.toEqual(await draw(2))
})

it("untilQuiet returns when every other task waits, and the clock has not moved", async () => {
  const result = await drive((world) =>
    Effect.gen(function* () {
      let steps = 0
      const other = yield* Effect.forkChild(
        Effect.gen(function* () {
          for (; steps < 100; steps++) yield* Effect.yieldNow
          yield* Effect.sleep(10)
          steps++
        })
      )
      yield* world.untilQuiet
      const seen = [steps, world.clock.currentTimeMillisUnsafe()]
      yield* Fiber.join(other)
      return seen
    })
  )
  expect(result.exit).toEqual(Exit.succeed([100, 0]))
})

it("a promise settles before the clock jumps", async () => {
  const log: Array<string> = []
  await drive(() =>
    Effect.all(
      [
        Effect.map(Effect.sleep(10), () => log.push("sleeper")),
        Effect.map(
          Effect.promise(async () => {
            for (let i = 0; i < 20; i++) await Promise.resolve()
          }),
          () => log.push("promise")
        )
      ],
      { concurrency: "unbounded" }
    )
  )
  expect(log).toEqual(["promise", "sleeper"])
})

it("a program in which every task waits for ever is reported as a deadlock", async () => {
  const result = await drive(() => Effect.andThen(Effect.sleep(40), Effect.never))
  expect(result.exit).toBeUndefined()
  expect(result.problems).toEqual(["deadlock at 40: no timer is armed, and all that is left waits (1 fiber)"])
})

it("a program that never waits is reported as a livelock", async () => {
  const result = await drive(() => Effect.forever(Effect.yieldNow), { stepLimit: 20_000 })
  expect(result.problems).toEqual([expect.stringMatching(/^livelock at 0: 2\d{4} tasks were served/)])
})

it("a program that takes too long on the real clock is given up", async () => {
  const result = await drive(() => Effect.forever(Effect.sleep(1)), { realLimit: 50 })
  expect(result.problems).toEqual([expect.stringMatching(/^hung at \d+: not over after 50 ms of real time/)])
})

it("a fiber left waiting when the program ends is reported", async () => {
  const result = await drive(() => Effect.asVoid(Effect.forkDetach(Effect.never, { startImmediately: true })))
  expect(result.problems).toEqual(["left running when the program ended: 1 fiber"])
})

it("a fiber that ends the program from its own stack, and then itself, is not left running", async () => {
  const result = await drive(() =>
    Effect.gen(function* () {
      const ended = yield* Deferred.make<void>()
      yield* Effect.forkDetach(Effect.andThen(Deferred.succeed(ended, undefined), Effect.void))
      yield* Deferred.await(ended)
    })
  )
  expect(result.problems).toEqual([])
})

it("a fiber left running when the program ends is reported, though it never comes to rest", async () => {
  const result = await drive(() => Effect.asVoid(Effect.forkDetach(Effect.forever(Effect.yieldNow))))
  expect(result.problems).toContain("left running when the program ended: 1 fiber")
})

it("a timer left armed when the program ends is reported, whether or not a fiber waits for it", async () => {
  const bare = await drive((world) => Effect.sync(() => void world.clock.timer(100, "deadline", () => {})))
  expect(bare.problems).toEqual(["left armed after the program ended: 1 timer"])
  const sleeping = await drive(() => Effect.asVoid(Effect.forkDetach(Effect.sleep(10), { startImmediately: true })))
  expect(sleeping.problems).toEqual([
    "left running when the program ended: 1 fiber",
    "left armed after the program ended: 1 timer"
  ])
})

it("an interrupted sleep takes its timer back", async () => {
  const result = await drive((world) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.sleep(1_000), { startImmediately: true })
      const before = world.clock.armed
      yield* Fiber.interrupt(fiber)
      return [before, world.clock.armed]
    })
  )
  expect(result.exit).toEqual(Exit.succeed([1, 0]))
  expect(result).toMatchObject({ problems: [], at: 0 })
})

it("a deadline taken back by another one of its instant does not fire", async () => {
  const log: Array<string> = []
  await drive((world) =>
    Effect.gen(function* () {
      let takeBack = () => {}
      world.clock.timer(10, "deadline", () => {
        log.push("first")
        takeBack()
      })
      takeBack = world.clock.timer(10, "deadline", () => void log.push("second"))
      yield* Effect.sleep(20)
    })
  )
  expect(log).toEqual(["first"])
})
