import { readFile } from "node:fs/promises"
import { expect, it } from "@effect/vitest"
import * as CancelScope from "@ferrule/cancel-scope"
import type { TimerClock } from "@ferrule/runtime"
import * as TaskGroup from "@ferrule/task-group"
import * as Timeout from "@ferrule/timeout"
import { Clock, DateTime, Deferred, Effect, Exit, Fiber, Option, Random, Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import { LeftBehind, VirtualClock } from "../src/index.ts"

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const note = <T>(log: Array<T>, entry: T): Effect.Effect<void> => Effect.sync(() => void log.push(entry))

/** A bare timer, as Ferrule's kernel arms it. */
const arm = (at: number, kind: "sleep" | "deadline", fire: () => void): Effect.Effect<() => void> =>
  Effect.clockWith((clock) =>
    Effect.sync(() => (clock as TimerClock)["~ferrule/runtime/TimerClock"].timer(at, kind, fire))
  )

const sleepers = (log: Array<number>) =>
  Effect.forEach(upTo(8), (i) => Effect.andThen(Effect.sleep(10), note(log, i)), { concurrency: "unbounded" })

describe("time", () => {
  it.live("costs exactly the length of the sleeps and starts at 0 [S-92]", () =>
    Effect.gen(function* () {
      const { exit, at, problem } = yield* VirtualClock.observe(
        Effect.gen(function* () {
          const start = yield* Clock.currentTimeMillis
          yield* Effect.sleep("1 day")
          yield* Effect.all([Effect.sleep(300), Effect.sleep(1_000)], { concurrency: "unbounded" })
          return [start, yield* Clock.currentTimeMillis, yield* Clock.monotonicTimeNanos]
        })
      )
      expect({ at, problem }).toEqual({ at: 86_401_000, problem: undefined })
      expect(exit).toEqual(Exit.succeed([0, 86_401_000, 86_401_000n * 1_000_000n]))
    })
  )

  it.live("jumps over ten years, ten thousand times, to the millisecond [S-92]", () =>
    Effect.gen(function* () {
      const years = 315_360_000_001
      const { at } = yield* VirtualClock.observe(
        Effect.forEach(upTo(10_000), () => Effect.sleep(years), { discard: true })
      )
      expect(at).toBe(years * 10_000)
    })
  )

  it.live("moves wall clock, dates and monotonic time together, from the start it was given [S-92]", () =>
    Effect.gen(function* () {
      const dates = Effect.gen(function* () {
        const before = yield* DateTime.now
        yield* Effect.sleep("36 hours")
        return [DateTime.formatIso(before), DateTime.formatIso(yield* DateTime.now), yield* Clock.monotonicTimeNanos]
      })
      const expected = ["2026-02-28T00:00:00.000Z", "2026-03-01T12:00:00.000Z", 129_600_000_000_000n]
      expect(yield* VirtualClock.run(dates, { start: "2026-02-28" })).toEqual(expected)
      expect(yield* VirtualClock.run(dates, { start: new Date("2026-02-28") })).toEqual(expected)
      const died = yield* Effect.exit(VirtualClock.run(dates, { start: "soon" }))
      expect(String(Exit.isFailure(died) && died.cause)).toMatch(/start is "soon", which is no date/)
    })
  )

  it.live("of one instant is one, however it was reckoned [S-93]", () =>
    Effect.gen(function* () {
      const twice = Effect.as(Effect.andThen(Effect.sleep(0.1), Effect.sleep(0.2)), "in time")
      expect(yield* VirtualClock.run(Timeout.moveOnAfter(twice, 0.3))).toEqual(Option.some("in time"))
    })
  )

  it.live("stands still for what needs no time: zero, negative and NaN", () =>
    Effect.gen(function* () {
      const sleeps = Effect.forEach([0, -5, NaN], (millis) => Effect.sleep(millis))
      expect((yield* VirtualClock.observe(sleeps)).at).toBe(0)
    })
  )

  it.live("never comes to an infinite sleep, nor to an infinite deadline", () =>
    Effect.gen(function* () {
      const raced = Effect.race(Effect.sleep(Infinity), Effect.sleep(5))
      expect((yield* VirtualClock.observe(Timeout.failAfter(raced, Infinity))).at).toBe(5)
      const waits = [
        Timeout.failAfter(Effect.never, Infinity),
        Effect.andThen(
          arm(Infinity, "sleep", () => {}),
          Effect.never
        )
      ]
      for (const wait of waits) {
        const { at, problem } = yield* VirtualClock.observe(Effect.exit<never, unknown, never>(wait))
        expect({ at, problem: problem?._tag }).toEqual({ at: 0, problem: "Deadlock" })
      }
    })
  )

  it.live.each([
    {
      what: "a chain of promises",
      work: async () => {
        for (const _ of upTo(20)) await Promise.resolve()
      }
    },
    {
      what: "turns of the event loop",
      work: async () => {
        for (const _ of upTo(2)) await new Promise((resolve) => setImmediate(resolve))
      }
    },
    { what: "a file", work: () => readFile(import.meta.filename) },
    { what: "crypto", work: () => crypto.subtle.digest("SHA-256", new Uint8Array(100_000)) },
    { what: "a real timer", work: () => new Promise((resolve) => setTimeout(resolve, 20)) }
  ])("waits for $what [S-97]", ({ work }) =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const sleeping = Effect.andThen(Effect.sleep(10), note(log, "sleeper"))
      const working = Effect.andThen(Effect.promise<unknown>(work), note(log, "work"))
      const { at } = yield* VirtualClock.observe(Effect.all([sleeping, working], { concurrency: "unbounded" }))
      expect({ log, at }).toEqual({ log: ["work", "sleeper"], at: 10 })
    })
  )
})

describe("real timers of others", () => {
  it.live("do not hold time back: neither those armed before the run nor those armed beside it [S-97]", () =>
    Effect.gen(function* () {
      const before = setTimeout(() => {}, 60_000)
      const beside: Array<NodeJS.Timeout> = []
      // Its callback is outside the run, whatever turn of the event loop it comes in.
      setImmediate(() => void beside.push(setTimeout(() => {}, 60_000)))
      const sleeps = Effect.forEach(upTo(50), () => Effect.sleep("1 hour"), { discard: true })
      const { at, problem } = yield* VirtualClock.observe(sleeps, { patience: "2 seconds" })
      expect({ at, problem, beside: beside.length }).toEqual({ at: 180_000_000, problem: undefined, beside: 1 })
      for (const timer of [before, ...beside]) clearTimeout(timer)
    })
  )
})

describe("a tie", () => {
  it.live("between a sleeper and a deadline goes to the sleeper, whichever was armed first [S-93]", () =>
    Effect.gen(function* () {
      for (const kinds of [["deadline", "sleep"] as const, ["sleep", "deadline"] as const]) {
        const log: Array<string> = []
        yield* VirtualClock.run(
          Effect.andThen(
            Effect.forEach(kinds, (kind) => arm(100, kind, () => void log.push(kind))),
            Effect.sleep(101)
          )
        )
        expect(log).toEqual(["sleep", "deadline"])
      }
    })
  )

  it.live("is won by all that a sleeper of the instant wakes, however long its chain [S-93]", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      yield* VirtualClock.run(
        Effect.gen(function* () {
          yield* arm(100, "deadline", () => void log.push("deadline"))
          const relay = yield* Deferred.make<void>()
          const woken = yield* Effect.forkChild(
            Effect.gen(function* () {
              yield* Deferred.await(relay)
              for (const _ of upTo(50)) yield* Effect.yieldNow
              yield* Effect.promise(() => Promise.resolve())
              yield* Effect.sleep(0)
              log.push("woken")
            }),
            { startImmediately: true }
          )
          yield* Effect.sleep(100)
          yield* Deferred.succeed(relay, undefined)
          yield* Fiber.join(woken)
          yield* Effect.sleep(1)
        })
      )
      expect(log).toEqual(["woken", "deadline"])
    })
  )

  it.live("between a body and its own deadline goes to the body, with every seed [S-93]", () =>
    Effect.gen(function* () {
      const slow = Effect.gen(function* () {
        yield* Effect.sleep(100)
        for (const _ of upTo(20)) yield* Effect.yieldNow
        return "in time"
      })
      for (const seed of [undefined, ...upTo(100)]) {
        expect(yield* VirtualClock.run(Timeout.moveOnAfter(slow, 100), { seed })).toEqual(Option.some("in time"))
      }
    })
  )

  it.live("goes to what another task does at that instant; on TestClock to the timer armed first [S-93]", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        const answer = yield* Deferred.make<string>()
        const asking = yield* Effect.forkChild(Timeout.moveOnAfter(Deferred.await(answer), 100), {
          startImmediately: true
        })
        yield* Effect.forkChild(Effect.andThen(Effect.sleep(100), Deferred.succeed(answer, "in time")), {
          startImmediately: true
        })
        return { asked: Fiber.join(asking) }
      })
      for (const seed of [undefined, ...upTo(20)]) {
        expect(
          yield* VirtualClock.run(
            Effect.flatMap(program, ({ asked }) => asked),
            { seed }
          )
        ).toEqual(Option.some("in time"))
      }
      const onTestClock = Effect.gen(function* () {
        yield* TestClock.adjust(0)
        const { asked } = yield* program
        yield* TestClock.adjust(100)
        return yield* asked
      })
      expect(yield* Effect.provide(onTestClock, TestClock.layer())).toEqual(Option.none())
    })
  )

  it.live("of two bodies is seen by both: no sleeper of an instant ends before the other is woken [S-93]", () =>
    Effect.gen(function* () {
      const pair = Effect.all([Effect.sleep(100), Timeout.failAfter(Effect.sleep(100), 100)], {
        concurrency: "unbounded"
      })
      for (const seed of upTo(20)) expect((yield* VirtualClock.observe(pair, { seed })).at).toBe(100)
    })
  )

  it.live("of deadlines goes by their order, and one may take back another", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      yield* VirtualClock.run(
        Effect.gen(function* () {
          let takeBack = () => {}
          yield* arm(10, "deadline", () => {
            log.push("first")
            takeBack()
          })
          takeBack = yield* arm(10, "deadline", () => void log.push("second"))
          yield* arm(10, "deadline", () => void log.push("third"))
          yield* Effect.sleep(20)
        })
      )
      expect(log).toEqual(["first", "third"])
    })
  )
})

describe("cleanup", () => {
  it.live("sleeps in virtual time, its whole length; on TestClock its sleep is cut [S-92]", () =>
    Effect.gen(function* () {
      const cancelled = Effect.gen(function* () {
        const log: Array<number> = []
        const cleanup = Effect.andThen(
          Effect.sleep(50),
          Effect.flatMap(Clock.currentTimeMillis, (at) => note(log, at))
        )
        const fiber = yield* Effect.forkChild(
          Effect.onInterrupt(Effect.never, () => cleanup),
          {
            startImmediately: true
          }
        )
        yield* Fiber.interrupt(fiber)
        return log
      })
      expect(yield* VirtualClock.run(cancelled)).toEqual([50])
      expect(yield* Effect.provide(cancelled, TestClock.layer())).toEqual([])
    })
  )

  it.live("of a timed-out body ends before the timeout is reported", () =>
    Effect.gen(function* () {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep(25))
      const { at, exit } = yield* VirtualClock.observe(Timeout.moveOnAfter(slow, 100))
      expect({ at, exit }).toEqual({ at: 125, exit: Exit.succeed(Option.none()) })
    })
  )

  it.live("of what the program acquired runs on virtual time, in a scope of its own", () =>
    Effect.gen(function* () {
      const log: Array<number> = []
      const release = Effect.andThen(
        Effect.sleep(5),
        Effect.flatMap(Clock.currentTimeMillis, (at) => note(log, at))
      )
      const program = Effect.andThen(
        Effect.acquireRelease(Effect.void, () => release),
        Effect.sleep(10)
      )
      const outer = yield* Effect.scope
      yield* Effect.provideService(VirtualClock.run(program), Scope.Scope, outer)
      expect(log).toEqual([15])
    })
  )

  it.live("of a run that is interrupted from outside is awaited, on virtual time", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const begun = yield* Deferred.make<void>()
      const program = Effect.andThen(
        Deferred.succeed(begun, undefined),
        Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 100)))
      ).pipe(Effect.onInterrupt(() => Effect.andThen(Effect.sleep("1 hour"), note(log, "cleaned up"))))
      const fiber = yield* Effect.forkChild(VirtualClock.run(program), { startImmediately: true })
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      expect(log).toEqual(["cleaned up"])
      expect(Exit.hasInterrupts(yield* Fiber.await(fiber))).toBe(true)
    })
  )
})

describe("order", () => {
  it.live("is that of registration without a seed [S-94]", () =>
    Effect.gen(function* () {
      const log: Array<number> = []
      yield* VirtualClock.run(sleepers(log))
      expect(log).toEqual(upTo(8))
    })
  )

  it.live("goes by priority, then first come, first served [S-94]", () =>
    Effect.gen(function* () {
      const log: Array<number> = []
      const at = (priority: number) => Effect.andThen(Effect.yieldNowWith(priority), note(log, priority))
      yield* VirtualClock.run(Effect.all([at(3), at(1), at(2), at(1)], { concurrency: "unbounded" }))
      expect(log).toEqual([1, 1, 2, 3])
    })
  )

  it.live("is the same with one seed, and another with others [S-94]", () =>
    Effect.gen(function* () {
      const runAll = Effect.forEach(upTo(100), (seed) =>
        Effect.suspend(() => {
          const log: Array<number> = []
          return Effect.map(VirtualClock.observe(sleepers(log), { seed }), ({ order }) => ({ order, log: log.join() }))
        })
      )
      const first = yield* runAll
      expect(yield* runAll).toEqual(first)
      expect(new Set(first.map(({ log }) => log)).size).toBeGreaterThan(90)
      expect(new Set(first.map(({ order }) => order)).size).toBeGreaterThan(90)
    })
  )

  it.live("of groups, races and deadlines is the same with one seed", () =>
    Effect.gen(function* () {
      const program = (log: Array<string>) =>
        TaskGroup.run("group", function* (group) {
          for (const i of upTo(20)) {
            const racing = TaskGroup.firstSettled([
              Effect.as(Effect.sleep(i % 3), `${i}/a`),
              Effect.as(Effect.sleep(i % 2), `${i}/b`)
            ])
            yield* group.spawn(Effect.flatMap(Timeout.moveOnAfter(racing, 2), (won) => note(log, String(won))))
          }
        })
      const once = (seed: number) =>
        Effect.suspend(() => {
          const log: Array<string> = []
          return Effect.map(VirtualClock.observe(program(log), { seed }), (run) => ({ ...run, log }))
        })
      const runs = yield* Effect.forEach(upTo(5), once)
      expect(yield* Effect.forEach(upTo(5), once)).toEqual(runs)
      expect(new Set(runs.map(({ order }) => order)).size).toBe(5)
    })
  )

  it.live("finds with some seed the race that first come, first served hides [S-94]", () =>
    Effect.gen(function* () {
      const twoDeposits = Effect.suspend(() => {
        let balance = 0
        const deposit = Effect.gen(function* () {
          const before = balance
          yield* Effect.yieldNow
          balance = before + 1
        })
        const second = Effect.andThen(Effect.yieldNow, Effect.andThen(Effect.yieldNow, deposit))
        return Effect.map(Effect.all([deposit, second], { concurrency: "unbounded" }), () => balance)
      })
      expect(yield* VirtualClock.run(twoDeposits)).toBe(2)
      const balances = yield* Effect.forEach(upTo(50), (seed) => VirtualClock.run(twoDeposits, { seed }))
      expect(balances).toContain(1)
      expect(balances).toContain(2)
    })
  )

  it.live("of Effect's Random is the seed's, too [S-94]", () =>
    Effect.gen(function* () {
      const draw = (seed?: number) => VirtualClock.run(Random.next, { seed })
      expect(yield* draw(1)).toBe(yield* draw(1))
      expect(yield* draw(1)).not.toBe(yield* draw(2))
      expect(yield* draw()).toBe(yield* draw(0))
    })
  )
})

describe("untilQuiet", () => {
  it.live("returns when every other task waits, and time has not moved [S-95]", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        let steps = 0
        const other = yield* Effect.forkChild(
          Effect.gen(function* () {
            for (; steps < 3_000; steps++) yield* Effect.yieldNow
            yield* Effect.sleep(10)
            steps++
          })
        )
        yield* VirtualClock.untilQuiet
        const seen = [steps, yield* Clock.currentTimeMillis]
        yield* Fiber.join(other)
        return seen
      })
      expect(yield* VirtualClock.run(program)).toEqual([3_000, 0])
    })
  )

  it.live("used on another clock is a defect that says what to do", () =>
    Effect.gen(function* () {
      for (const use of [VirtualClock.untilQuiet, VirtualClock.timers]) {
        const exit = yield* Effect.exit(Effect.asVoid<number | void, never, never>(use))
        expect(String(Exit.isFailure(exit) && exit.cause)).toMatch(/used on another clock. Run the program with/)
      }
    })
  )
})

describe("timers", () => {
  it.live("counts sleeps and deadlines, and one less when one is taken back", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(Effect.sleep(1_000), { startImmediately: true })
        const takeBack = yield* arm(2_000, "deadline", () => {})
        const before = yield* VirtualClock.timers
        yield* Fiber.interrupt(fiber)
        const between = yield* VirtualClock.timers
        takeBack()
        takeBack()
        return [before, between, yield* VirtualClock.timers, yield* Clock.currentTimeMillis]
      })
      expect(yield* VirtualClock.run(program)).toEqual([2, 1, 0, 0])
    })
  )

  it.live("of the real clock are not used: none is armed by sleeps and deadlines [S-92]", () =>
    Effect.gen(function* () {
      const real = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
      const before = real()
      const program = Effect.gen(function* () {
        yield* Effect.forkChild(Timeout.failAfter(Effect.sleep("1 hour"), "2 hours"), { startImmediately: true })
        return [yield* VirtualClock.timers, real()]
      })
      const [virtual, meanwhile] = yield* VirtualClock.run(program)
      expect(virtual).toBe(2)
      // The test runner has one of its own, which may go off meanwhile.
      expect(meanwhile).toBeLessThanOrEqual(before)
      expect(real()).toBeLessThanOrEqual(before)
    })
  )
})

describe("run", () => {
  it.live("gives the program's value, error or defect as it is", () =>
    Effect.gen(function* () {
      expect(yield* VirtualClock.run(Effect.succeed("v"))).toBe("v")
      expect(yield* Effect.flip(VirtualClock.run(Effect.delay(Effect.fail("e"), 5)))).toBe("e")
      expect(yield* Effect.exit(VirtualClock.run(Effect.die("d")))).toEqual(Exit.die("d"))
    })
  )

  it.live("hands the services around it to the program", () =>
    Effect.gen(function* () {
      const named = Effect.map(Scope.Scope, (scope) => scope !== undefined)
      expect(yield* VirtualClock.run(named)).toBe(true)
    })
  )

  it.effect("works where the test itself is on TestClock", () =>
    Effect.gen(function* () {
      const program = Effect.andThen(Effect.sleep("1 hour"), Clock.currentTimeMillis)
      expect(yield* VirtualClock.run(program)).toBe(3_600_000)
    })
  )

  it.live("runs inside another run, and inside a task, each on its own time", () =>
    Effect.gen(function* () {
      const inner = VirtualClock.run(Effect.andThen(Effect.sleep(70), Timeout.remaining))
      const outer = Effect.andThen(Effect.sleep(10), Effect.tap(inner, Effect.sleep(5)))
      const grouped = TaskGroup.run("group", (group) => Effect.flatMap(group.spawn(outer), (task) => task.join))
      const { at, exit } = yield* VirtualClock.observe(Timeout.failAfter(grouped, 50))
      // No deadline of the outer time is seen inside.
      expect({ at, exit }).toEqual({ at: 15, exit: Exit.succeed(Option.none()) })
    })
  )

  it.live("cancelled by a scope around it cancels the program, which cleans up", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const inside = Effect.onInterrupt(
        Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 100))),
        () => Effect.andThen(Effect.sleep(10), note(log, "cleaned up"))
      )
      const outcome = yield* CancelScope.run("scope", (scope) =>
        Effect.all([VirtualClock.run(inside), Effect.delay(scope.cancel("enough"), 5)], { concurrency: "unbounded" })
      )
      expect(outcome._tag).toBe("Cancelled")
      expect(log).toEqual(["cleaned up"])
    })
  )

  it.live("gives the assertion that failed before what was left behind [S-96]", () =>
    Effect.gen(function* () {
      const program = Effect.andThen(
        Effect.forkDetach(Effect.never, { startImmediately: true }),
        Effect.die("assertion")
      )
      const exit = yield* Effect.exit(VirtualClock.run(program))
      const defects = Exit.isFailure(exit)
        ? exit.cause.reasons.map((reason) => reason._tag === "Die" && reason.defect)
        : []
      expect(defects).toEqual(["assertion", expect.any(LeftBehind)])
    })
  )
})
