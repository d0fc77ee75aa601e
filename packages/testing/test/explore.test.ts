import { expect, it } from "@effect/vitest"
import { type Observer, observer } from "@ferrule/runtime"
import * as Sync from "@ferrule/sync"
import * as TaskGroup from "@ferrule/task-group"
import { mayLeave } from "@ferrule/testing/vitest"
import * as Timeout from "@ferrule/timeout"
import { Cause, Clock, Context, Deferred, Effect, Exit, Fiber, Option, Random } from "effect"
import { Channel } from "ferrule"
import { describe } from "vitest"
import { Escaped, explore, type ExploreOptions, FailingSchedule, type Program, VirtualClock } from "../src/index.ts"
import { planted } from "./support/planted.ts"

const strategies = ["random", "priorities", "depthFirst"] as const

const found = <A, E>(program: Program<A, E>, options?: ExploreOptions) =>
  Effect.map(Effect.flip(explore(program, options)), (error) => {
    expect(error).toBeInstanceOf(FailingSchedule)
    return error as FailingSchedule
  })

const problemOf = ({ failure }: FailingSchedule): unknown => {
  const error = Cause.squash(failure)
  return typeof error === "object" && error !== null && "_tag" in error ? error._tag : error
}

const workOf = <A, E>(program: Program<A, E>) =>
  Effect.map(Effect.flip(explore(program)), (error) => {
    expect(error).toBeInstanceOf(Escaped)
    return (error as Escaped).work
  })

/** Starts them as fibers that are ready together, and awaits them. */
const together = <A, E>(effects: ReadonlyArray<Effect.Effect<A, E>>): Effect.Effect<void, E> =>
  Effect.forEach(effects, (effect) => Effect.forkChild(effect)).pipe(
    Effect.flatMap((fibers) => Effect.forEach(fibers, Fiber.join)),
    Effect.asVoid
  )

/** What the orders of three children look like, over all schedules. */
const orders = (options: ExploreOptions) =>
  Effect.gen(function* () {
    const seen = new Set<string>()
    const program = Effect.suspend(() => {
      const log: Array<number> = []
      return together([1, 2, 3].map((n) => Effect.sync(() => void log.push(n)))).pipe(
        Effect.andThen(Effect.sync(() => void seen.add(log.join(""))))
      )
    })
    const explored = yield* explore(program, options)
    return { explored, seen }
  })

describe("faults", () => {
  for (const { name, broken, mended, failure, within, choices: fewest } of planted) {
    it(`${name} does not show in 2,000 runs on the stock scheduler [S-210]`, async () => {
      for (let run = 0; run < 2_000; run++) {
        expect(Exit.isSuccess(await Effect.runPromiseExit(broken()))).toBe(true)
      }
    })

    it.live.each(strategies)(`${name} is found within ${within} schedules by strategy %s [S-210]`, (strategy) =>
      Effect.gen(function* () {
        for (const seed of [0, 1, 2]) {
          const error = yield* found(broken, { strategy, seed })
          expect(problemOf(error)).toBe(failure)
          expect(error.schedules).toBeLessThanOrEqual(within)
        }
      })
    )

    it.live.each(strategies)(`${name}, mended, is not found by strategy %s [S-210]`, (strategy) =>
      Effect.gen(function* () {
        const { schedules, coverage } = yield* explore(mended, { strategy, runs: 2_000 })
        expect(coverage === "sampled").toBe(strategy !== "depthFirst")
        if (strategy !== "depthFirst") expect(schedules).toBe(2_000)
      })
    )

    it.live.each(strategies)(`${name}, found by strategy %s, comes down to the fewest choices [S-212]`, (strategy) =>
      Effect.gen(function* () {
        const { choices, trace, message, token } = yield* found(broken, { strategy, seed: 3 })
        expect(choices).toBe(fewest)
        expect(trace.filter(({ stop }) => stop === "is preempted")).toHaveLength(fewest)
        expect(message).toContain(token)
      })
    )
  }

  it.live("are those of the usual order, too: the first schedule has no choices [S-210]", () =>
    Effect.gen(function* () {
      const { schedules, choices } = yield* found(Effect.fail("always"))
      expect({ schedules, choices }).toEqual({ schedules: 1, choices: 0 })
    })
  )

  it.live("tell by the trace who did what [S-212]", () =>
    Effect.gen(function* () {
      const program = Effect.suspend(() => {
        let count = 0
        const add = Effect.gen(function* () {
          const before = yield* Effect.sync(() => count)
          yield* Effect.sync(() => void (count = before + 1))
        })
        return TaskGroup.run("sums", function* (group) {
          const tasks = [yield* group.spawn(add, "one"), yield* group.spawn(add, "two")]
          yield* Effect.forEach(tasks, (task) => task.await)
          if (count !== 2) return yield* Effect.fail("lost update")
        })
      })
      const { trace } = yield* found(program)
      const stopped = trace.find(({ stop }) => stop === "is preempted")
      expect(stopped?.who).toMatch(/^task "(one|two)" of sums$/)
      expect(stopped?.did).toEqual(["() => count"])
    })
  )
})

describe("the trace of a failing schedule", () => {
  const bank = () =>
    TaskGroup.run("bank", function* (group) {
      const [a, b] = [yield* Sync.mutex, yield* Sync.mutex]
      const transfer = (from: Sync.Mutex, to: Sync.Mutex) => Effect.delay(from(to(Effect.void)), 10)
      yield* group.spawn(transfer(a, b), "a to b")
      yield* group.spawn(transfer(b, a), "b to a")
    })

  it.live("names tasks and bodies, and what each waits for, and when [S-278]", () =>
    Effect.gen(function* () {
      const { trace } = yield* found(bank)
      const last = new Map(trace.map((step) => [step.who, step]))
      for (const name of [`task "a to b" of bank`, `task "b to a" of bank`]) {
        expect(last.get(name)).toMatchObject({ at: 10, stop: "waits", on: "a mutex" })
      }
      expect(last.get("body of bank")).toMatchObject({ at: 0, stop: "ends" })
      expect(trace[0]).toMatchObject({ at: 0, who: "main" })
    })
  )

  it.live("is told with the time where that moves, and who still waits at the end [S-278]", () =>
    Effect.gen(function* () {
      const lines = (yield* found(bank)).message.split("\n")
      expect(lines.filter((line) => line === "     at 10 ms:")).toHaveLength(1)
      expect(lines.at(-2)).toMatch(/^Still waiting: main, .*task "a to b" of bank \(for a mutex\)/)
    })
  )

  it.live("tells two of one name apart, and an observer of the program's is told all the same [S-278]", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const ignore = () => {}
      const watcher: Observer = {
        taskStarted: (_id, _parent, name) => void told.push(`started ${name}`),
        taskWaiting: (_id, on) => void told.push(on),
        taskEnded: ignore,
        scopeOpened: ignore,
        scopeCancelled: ignore,
        scopeClosed: ignore
      }
      const twins = TaskGroup.run("twins", function* (group) {
        const first = yield* group.spawn(Effect.sleep(1), "twin")
        yield* group.spawn(first.join, "twin")
        return yield* Effect.andThen(first.join, Effect.fail("failed"))
      })
      const { trace } = yield* found(twins).pipe(Effect.provideService(observer, watcher))
      const names = new Set(trace.map(({ who }) => who).filter((who) => who.includes('twin"')))
      expect([...names]).toEqual([
        `task "twin" of twins`,
        expect.stringMatching(/^fiber \d+, another task "twin" of twins$/)
      ])
      expect(told).toEqual(expect.arrayContaining(["started twin", `task "twin"`]))
    })
  )
})

describe("schedules", () => {
  it.live("cover every order in which ready tasks can be served [S-210]", () =>
    Effect.gen(function* () {
      const all = ["123", "132", "213", "231", "312", "321"]
      const { seen, explored } = yield* orders({ strategy: "depthFirst", preemptions: 0 })
      expect([...seen].toSorted()).toEqual(all)
      expect(explored.coverage).toBe("bounded")
      expect([...(yield* orders({ strategy: "random" })).seen].toSorted()).toEqual(all)
      expect([...(yield* orders({ strategy: "priorities" })).seen].toSorted()).toEqual(all)
    })
  )

  it.live("are all there are, where depth-first says so [S-211]", () =>
    Effect.gen(function* () {
      const pair = Effect.suspend(() => Effect.all([Effect.void, Effect.void], { concurrency: 2 }))
      const { coverage, schedules } = yield* explore(pair, { strategy: "depthFirst", preemptions: Infinity })
      expect(coverage).toBe("all")
      expect(yield* explore(pair, { strategy: "depthFirst", preemptions: Infinity, runs: schedules })).toEqual({
        coverage: "sampled",
        schedules
      })
    })
  )

  it.live("are the same for the same seed, and others for another one [S-210]", () =>
    Effect.gen(function* () {
      const { broken } = planted[0]!
      const at = (seed: number) => Effect.map(found(broken, { seed }), ({ schedules }) => schedules)
      const first = yield* Effect.forEach([0, 1, 2, 3, 4, 5], at)
      expect(yield* Effect.forEach([0, 1, 2, 3, 4, 5], at)).toEqual(first)
      expect(new Set(first).size).toBeGreaterThan(1)
    })
  )

  it.live.each(strategies)(
    "let a loop that polls and gives way come to what it waits for, by strategy %s [S-214]",
    (strategy) =>
      Effect.gen(function* () {
        const program = Effect.suspend(() => {
          let isDone = false
          const polls = Effect.whileLoop({ while: () => !isDone, body: () => Effect.yieldNow, step: () => {} })
          return together([polls, polls, Effect.sync(() => void (isDone = true))])
        })
        const { schedules } = yield* explore(program, { strategy, runs: 500, maxSteps: 300 })
        expect(schedules).toBeGreaterThan(10)
      })
  )

  it.live("give way in a loop that never does, as the stock scheduler has it [S-214]", () =>
    Effect.gen(function* () {
      const program = Effect.suspend(() => {
        let isDone = false
        const spins = Effect.whileLoop({ while: () => !isDone, body: () => Effect.void, step: () => {} })
        return Effect.all([spins, Effect.sync(() => void (isDone = true))], { concurrency: 2 })
      })
      const { schedules } = yield* explore(program, { runs: 50 })
      expect(schedules).toBe(50)
    })
  )

  it.live("run in virtual time, with the same random numbers in each [S-210]", () =>
    Effect.gen(function* () {
      const seen = new Set<string>()
      const program = Effect.gen(function* () {
        yield* Effect.sleep("1 day")
        const answer = yield* Effect.as(Effect.sleep(10), "in time").pipe(Timeout.failAfter(10))
        const [next, whole] = [yield* Random.next, yield* Random.nextInt]
        expect(Number.isSafeInteger(whole) && next >= 0 && next < 1).toBe(true)
        seen.add(`${answer} ${yield* Clock.currentTimeMillis} ${next} ${whole}`)
      })
      yield* explore(program, { runs: 100 })
      expect(seen.size).toBe(1)
      expect([...seen][0]).toMatch(/^in time 86400010 /)
    })
  )

  it.live("drive what Ferrule wakes: a cancel at every place leaves nothing [S-210]", () =>
    Effect.gen(function* () {
      const program = () =>
        TaskGroup.run("work", function* (group) {
          const gate = yield* Deferred.make<void>()
          const task = yield* group.spawn(Deferred.await(gate), "waits")
          yield* group.spawn(Deferred.succeed(gate, undefined), "opens")
          yield* task.cancel()
        })
      const { schedules } = yield* explore(program, { runs: 2_000 })
      expect(schedules).toBe(2_000)
    })
  )
})

describe("problems", () => {
  it.live("are deadlocks, livelocks, and programs that go on for ever [S-213]", () =>
    Effect.gen(function* () {
      expect(problemOf(yield* found(Effect.never))).toBe("Deadlock")
      expect(problemOf(yield* found(Effect.forever(Effect.yieldNow), { maxSteps: 1_000 }))).toBe("Livelock")
      expect(problemOf(yield* found(Effect.forever(Effect.void), { maxSteps: 1_000 }))).toBe("Livelock")
      expect(problemOf(yield* found(Effect.forever(Effect.sleep(1)), { maxSteps: 1_000 }))).toBe("Unfinished")
    })
  )

  it.live("are fibers and timers that are left behind, which are interrupted and clean up [S-213]", () =>
    Effect.gen(function* () {
      let cleanups = 0
      const cleanup = Effect.sync(() => void cleanups++)
      const detached = Effect.forkDetach(Effect.ensuring(Effect.never, cleanup), { startImmediately: true })
      expect(problemOf(yield* found(detached))).toBe("LeftBehind")
      expect(cleanups).toBeGreaterThan(0)
      expect(problemOf(yield* found(Effect.forkDetach(Effect.sleep(10))))).toBe("LeftBehind")
    })
  )

  it.live("are permits that stay taken if a cancel comes at the wrong moment [S-263]", () =>
    Effect.gen(function* () {
      mayLeave(["permits"], "the program at fault leaves them")
      const leaky = Effect.gen(function* () {
        const room = yield* Sync.semaphore(1, { name: "room" })
        const taking = Effect.gen(function* () {
          const permits = yield* room.tryAcquire()
          if (Option.isSome(permits)) yield* Effect.ensuring(Effect.yieldNow, permits.value.release)
        })
        const fiber = yield* Effect.forkChild(taking)
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
      })
      const error = yield* found(leaky)
      expect(problemOf(error)).toBe("LeftBehind")
      expect(error.message).toContain("1 permit")
      expect((Cause.squash(error.failure) as Error).message).toContain(`permits "room"`)
    })
  )

  it.live("are not items in a channel, which is dropped with them [S-263]", () =>
    Effect.gen(function* () {
      mayLeave(["items"], "that is what the test is about")
      const made = Channel.make<number>({ capacity: 4 })
      const sends = Effect.scoped(Effect.flatMap(made, ({ sender }) => sender.send(1)))
      expect((yield* explore(sends, { strategy: "depthFirst" })).coverage).toBe("all")
    })
  )

  it.live("are defects and interruptions of its own, and stand beside what is left [S-213]", () =>
    Effect.gen(function* () {
      expect(problemOf(yield* found(Effect.die("defect")))).toBe("defect")
      expect(Cause.hasInterruptsOnly((yield* found(Effect.interrupt)).failure)).toBe(true)
      const { failure } = yield* found(Effect.andThen(Effect.forkDetach(Effect.never), Effect.fail("own")))
      expect(failure.reasons).toHaveLength(2)
      expect(
        problemOf(
          yield* found((): Effect.Effect<void> => {
            throw "thrown"
          })
        )
      ).toBe("thrown")
    })
  )
})

describe("what escapes control", () => {
  it.live("is reported: promises, real timers, microtasks, fibers on another scheduler [S-215]", () =>
    Effect.gen(function* () {
      expect(yield* workOf(Effect.promise(() => Promise.resolve(1)))).toContain("promise")
      expect(yield* workOf(Effect.sync(() => void setTimeout(() => {}, 1)))).toEqual(["Timeout"])
      expect(yield* workOf(Effect.sync(() => queueMicrotask(() => {})))).toContain("microtask")
      expect(yield* workOf(Effect.sync(() => void Effect.runFork(Effect.yieldNow)))).toEqual(["Immediate"])
      expect(yield* workOf(Effect.sync(() => void import("node:fs").then((fs) => fs.stat(".", () => {}))))).toContain(
        "promise"
      )
    })
  )

  it.live("is reported in a schedule that fails, though the usual one does without [S-215]", () =>
    Effect.gen(function* () {
      const program = () => {
        let first = 0
        const come = (n: number) =>
          Effect.suspend(() => {
            if (first === 0) first = n
            return first === 2 ? Effect.promise(() => Promise.resolve(1)) : Effect.void
          })
        return together([come(1), come(2)])
      }
      expect(yield* workOf(program)).toContain("promise")
    })
  )

  it.live.each(strategies)("is reported in a schedule that goes well, by strategy %s [S-277]", (strategy) =>
    Effect.gen(function* () {
      const program = () => {
        let first = 0
        const come = (n: number) =>
          Effect.sync(() => {
            if (first === 0) first = n
            if (first === 2) void Promise.resolve()
          })
        return together([come(1), come(2)])
      }
      const error = yield* Effect.flip(explore(program, { strategy }))
      expect(error).toBeInstanceOf(Escaped)
      expect((error as Escaped).work).toEqual(["promise"])
    })
  )

  it.live("is not what others begin between two schedules [S-277]", () =>
    Effect.gen(function* () {
      const others = yield* Effect.forkChild(
        Effect.forever(
          Effect.andThen(
            Effect.promise(() => Promise.resolve(1)),
            Effect.sleep(1)
          )
        )
      )
      const { schedules } = yield* explore(Effect.yieldNow, { runs: 5_000 })
      expect(schedules).toBe(5_000)
      yield* Fiber.interrupt(others)
    })
  )

  it.live("is reported: a program that is not the same every time [S-215]", () =>
    Effect.gen(function* () {
      let runs = 0
      const work = yield* workOf(Effect.suspend(() => (++runs === 5 ? Effect.fail("fifth") : Effect.void)))
      expect(work[0]).toContain("state that outlives a run")
    })
  )

  it.live("is not what a program logs [S-215]", () =>
    Effect.gen(function* () {
      const { schedules } = yield* explore(Effect.logDebug("quiet"), { runs: 10 })
      expect(schedules).toBe(10)
    })
  )
})

describe("an exploration", () => {
  it.live("is cancelled between two runs, and lets others run meanwhile [S-216]", () =>
    Effect.gen(function* () {
      let [begun, ended] = [0, 0]
      const program = Effect.sync(() => void begun++).pipe(
        Effect.andThen(Effect.yieldNow),
        Effect.andThen(Effect.sync(() => void ended++))
      )
      const fiber = yield* Effect.forkChild(explore(program, { runs: Infinity }))
      yield* Effect.sleep(30)
      yield* Fiber.interrupt(fiber)
      const atEnd = begun
      expect(atEnd).toBeGreaterThan(0)
      expect(ended).toBe(atEnd)
      yield* Effect.sleep(20)
      expect(begun).toBe(atEnd)
    })
  )

  it.live("takes no virtual time, and passes services on [S-216]", () =>
    Effect.gen(function* () {
      class Name extends Context.Service<Name, string>()("Name") {}
      const program = Effect.gen(function* () {
        const inner = Effect.andThen(
          Effect.sleep(100),
          Effect.andThen(Name, (name) => Effect.fail(name))
        )
        const error = yield* Effect.flip(explore(inner))
        return [error._tag === "FailingSchedule" && problemOf(error), yield* Clock.currentTimeMillis]
      })
      const timed = Effect.timeoutOption(program, "1 second")
      const { exit, at } = yield* VirtualClock.observe(Effect.provideService(timed, Name, "ferrule"))
      expect(at).toBe(0)
      expect(exit && Exit.isSuccess(exit) && exit.value).toMatchObject({ value: ["ferrule", 0] })
    })
  )
})
