import * as CancelScope from "@ferrule/cancel-scope"
import { CleanupTimedOut, failureHook, GroupEnded, type Report } from "@ferrule/runtime"
import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Context, Duration, Effect, Exit, Fiber } from "effect"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

/** Waits, and needs `millis` to clean up. */
const slow = (millis: number): Effect.Effect<never> => Effect.onInterrupt(Effect.never, () => Effect.sleep(millis))

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

/** Cannot be interrupted, and ends so after `millis`. */
const stubborn = <A, E, R>(millis: number, last: Effect.Effect<A, E, R>) =>
  Effect.uninterruptible(Effect.andThen(Effect.sleep(millis), last))

/** Runs a program on virtual time; it gets the reports of the failure hook. What it leaves behind has to end. */
const reporting = <A, E>(program: (reports: Array<Report>) => Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const reports: Array<Report> = []
    const hook = (report: Report) => Effect.sync(() => void reports.push(report))
    return VirtualClock.run(Effect.provideService(program(reports), failureHook, hook))
  })

/** Who was left behind, at what age. */
const laggards = (reports: ReadonlyArray<Report>) =>
  reports.flatMap(({ kind, task, group, cause }) => {
    const defect = Cause.squash(cause)
    return kind === "left behind" && defect instanceof CleanupTimedOut
      ? [`${group}/${task} ${Duration.toMillis(defect.age)}`]
      : []
  })

/** What else the hook was told. */
const others = (reports: ReadonlyArray<Report>) =>
  reports
    .filter(({ kind }) => kind !== "left behind")
    .map(({ kind, task, group, cause }) => `${kind} ${group}/${task} ${String(Cause.squash(cause))}`)

const at = Clock.currentTimeMillis

describe("a group with a cleanupTimeout", () => {
  it.effect("returns when it is over, and names each task that it leaves behind, with its age [D15, D42]", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const group = TaskGroup.run({ name: "mirror", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(slow(500), "alpha")
          yield* Effect.sleep(10)
          yield* group.spawn(slow(600), "beta")
          yield* group.spawn(slow(19), "in time")
          yield* group.spawn(slow(20), "in the nick of time")
          yield* group.spawn(after(40, Effect.fail("refused")), "gamma")
        })
        expect(yield* Effect.flip(group)).toBe("refused")
        expect(yield* at).toBe(70)
        expect(laggards(reports)).toEqual(["mirror/alpha 70", "mirror/beta 60"])
        expect(reports[0]!.trace).toMatchObject({ reason: { _tag: "TaskFailed", task: "gamma" } })
        yield* Effect.sleep(1000)
        expect([reports.length, yield* VirtualClock.timers]).toEqual([2, 0])
      })
    )
  )

  it.effect("lets its body go, too, under the name of the group", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(after(10, Effect.fail("x")))
          yield* slow(500)
        })
        expect(yield* Effect.flip(group)).toBe("x")
        expect([yield* at, laggards(reports)]).toEqual([30, ["g/g 30"]])
        yield* Effect.sleep(1000)
        expect(reports).toHaveLength(1)
      })
    )
  )

  it.effect("releases the body's resources behind the last task that it lets go", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const released: Array<unknown> = []
        const pause = (millis: number) => (millis === 0 ? Effect.void : Effect.sleep(millis))
        const release = (millis: number) => (_: unknown, exit: Exit.Exit<unknown, unknown>) =>
          Effect.andThen(
            pause(millis),
            Effect.map(at, (now) => void released.push([now, Exit.isFailure(exit) && Cause.squash(exit.cause)]))
          )
        const group = (millis: number) =>
          TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
            yield* Effect.acquireRelease(Effect.void, release(millis))
            yield* group.spawn(slow(500), "hangs")
            yield* group.spawn(after(10, Effect.fail("x")))
          })
        yield* Effect.flip(group(0))
        expect([yield* at, released, laggards(reports)]).toEqual([30, [[30, "x"]], ["g/hangs 30"]])
        yield* Effect.flip(group(100))
        expect([yield* at, laggards(reports).slice(1)]).toEqual([60, ["g/hangs 30", "g/g 30"]])
        yield* Effect.sleep(1000)
        expect([released.at(-1), reports.length]).toEqual([[160, "x"], 3])
      })
    )
  )

  it.effect("cancelled from outside lets the cancel through in time", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(slow(500), "hangs")
          yield* Effect.never
        })
        const outer = yield* Effect.forkChild(Effect.andThen(group, Effect.die("ran on")), { startImmediately: true })
        yield* Effect.sleep(10)
        yield* Fiber.interrupt(outer)
        const exit = outer.pollUnsafe()
        expect(exit !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
        expect([yield* at, laggards(reports)]).toEqual([30, ["g/hangs 30"]])
        yield* Effect.sleep(1000)
      })
    )
  )

  it.effect("counts for each task from its own cancel, and goes on without it", () =>
    reporting((reports) =>
      TaskGroup.run({ name: "g", limit: 1, cleanupTimeout: 20 }, function* (group) {
        const hangs = yield* group.spawn(slow(500), "hangs")
        yield* Effect.sleep(10)
        yield* hangs.cancelAndWait("enough")
        expect([yield* at, laggards(reports)]).toEqual([30, ["g/hangs 30"]])
        expect([yield* hangs.status, yield* group.size]).toEqual(["cancelled", 0])
        const joined = yield* Effect.exit(hangs.join)
        expect(Exit.isFailure(joined) && Cause.squash(joined.cause)).toMatchObject({
          _tag: "TaskCancelled",
          trace: { reason: { message: "enough" } }
        })
        // Its place is free.
        const next = yield* group.spawn(Effect.succeed("served"))
        expect(yield* next.join).toBe("served")
        yield* Effect.sleep(1000)
        expect(reports).toHaveLength(1)
      })
    )
  )

  it.effect("bounds daemons at the normal end, close, and what a joiner cancels", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const daemons = TaskGroup.run({ name: "d", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(slow(500), { name: "ticker", daemon: true })
          return "body"
        })
        expect([yield* daemons, yield* at]).toEqual(["body", 20])
        const closed = TaskGroup.run({ name: "c", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(slow(500), "client")
          yield* group.close({ drain: 10 })
          return yield* at
        })
        expect([yield* closed, yield* at]).toEqual([50, 50])
        const joined = TaskGroup.runWith(
          { name: "j", cleanupTimeout: 20 },
          TaskGroup.Joiners.quorum(1),
          function* (_, join) {
            yield* join(slow(500))
            yield* join(after(10, Effect.succeed("first")))
          }
        )
        expect([yield* joined, yield* at]).toEqual([["first"], 80])
        expect(laggards(reports)).toEqual(["d/ticker 20", "c/client 30", "j/j/1 30"])
        yield* Effect.sleep(1000)
        expect(others(reports)).toEqual([])
      })
    )
  )

  it.effect("gives its failure to nobody twice: a task that had failed before its release hung has failed", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const failing = Effect.andThen(
          Effect.acquireRelease(Effect.void, () => after(500, Effect.die("release"))),
          stubborn(30, Effect.fail("disk full"))
        )
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(failing, "writer")
          yield* group.spawn(after(15, Effect.fail("x")))
        })
        const exit = yield* Effect.exit(group)
        expect([
          yield* at,
          Exit.isFailure(exit) && exit.cause.reasons.map((r) => Cause.isFailReason(r) && r.error)
        ]).toEqual([35, ["x", "disk full"]])
        yield* Effect.sleep(1000)
        expect(laggards(reports)).toEqual(["g/writer 35"])
        expect(others(reports)).toEqual(["defect g/writer release"])
      })
    )
  )

  it.effect("leaves an inner group behind without its outer one waiting, and the other way round", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const ranOn: Array<string> = []
        const nested = (outer: object, inner: object) =>
          TaskGroup.run({ name: "outer", ...outer }, function* (group) {
            yield* group.spawn(
              Effect.andThen(
                TaskGroup.run({ name: "inner", ...inner }, (own) => own.spawn(slow(500), "hangs")),
                Effect.sync(() => void ranOn.push("ran on"))
              ),
              "work"
            )
            yield* group.spawn(after(10, Effect.fail("x")))
          })
        yield* Effect.flip(nested({}, { cleanupTimeout: 20 }))
        expect([yield* at, laggards(reports)]).toEqual([30, ["inner/hangs 30"]])
        yield* Effect.flip(nested({ cleanupTimeout: 20 }, {}))
        expect([yield* at, laggards(reports).slice(1)]).toEqual([60, ["outer/work 30"]])
        yield* Effect.sleep(1000)
        expect([ranOn, reports.length]).toEqual([[], 2])
      })
    )
  )

  it.effect("returns when the failure hook has been told, and tells it at once", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(slow(500), "hangs")
          yield* group.spawn(after(10, Effect.fail("x")))
        })
        const waits = ({ task }: Report) =>
          Effect.andThen(
            Effect.map(at, (now) => void told.push([task, now])),
            after(
              5,
              Effect.map(at, (now) => void told.push([task, now]))
            )
          )
        yield* Effect.flip(Effect.provideService(group, failureHook, waits))
        expect([yield* at, told, reports]).toEqual([
          35,
          [
            ["hangs", 30],
            ["hangs", 35]
          ],
          []
        ])
        yield* Effect.sleep(1000)
      })
    )
  )

  it.effect("arms no timer before a cancel, and leaves none after an end in time", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const ended = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          const task = yield* group.spawn(Effect.never)
          const never = yield* group.spawn(Effect.never)
          yield* VirtualClock.untilQuiet
          expect(yield* VirtualClock.timers).toBe(0)
          yield* task.cancelAndWait()
          expect(yield* VirtualClock.timers).toBe(0)
          yield* never.cancel()
          expect(yield* VirtualClock.timers).toBe(1)
        })
        yield* TaskGroup.run({ name: "again", cleanupTimeout: 20 }, function* (group) {
          const [hangs, quick] = [yield* group.spawn(slow(30)), yield* group.spawn(slow(1))]
          yield* VirtualClock.untilQuiet
          yield* hangs.cancelAndWait()
          yield* quick.cancelAndWait()
          // That of the sleep that was left behind.
          expect(yield* VirtualClock.timers).toBe(1)
        })
        yield* Effect.sleep(100)
        reports.length = 0
        const begun = yield* at
        yield* ended
        expect([yield* VirtualClock.timers, (yield* at) - begun, reports]).toEqual([0, 0, []])
      })
    )
  )

  it.effect("refuses a length that is none with a defect that names the argument", () =>
    Effect.gen(function* () {
      const options = { name: "g", cleanupTimeout: Number.NaN }
      const exit = yield* Effect.exit(TaskGroup.run(options, () => Effect.void))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('cleanupTimeout of "g" is "NaN"')
    })
  )
})

describe("what a group leaves behind", () => {
  /** A group whose first task goes on to 100 when the group has to end at 30. */
  const leaving = <A, E, R>(task: Effect.Effect<A, E, R>) =>
    Effect.exit(
      TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
        yield* group.spawn(task, "late")
        yield* group.spawn(after(10, Effect.fail("x")))
      })
    )

  it.effect("releases its resources when it ends, and changes nothing", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const released: Array<unknown> = []
        const resource = Effect.acquireRelease(Effect.succeed("value"), (_, exit) =>
          Effect.map(at, (now) => void released.push([now, exit._tag]))
        )
        yield* leaving(stubborn(100, resource))
        expect([yield* at, released]).toEqual([30, []])
        yield* Effect.sleep(1000)
        expect([released, laggards(reports), others(reports)]).toEqual([[[100, "Failure"]], ["g/late 30"], []])
      })
    )
  )

  it.effect("hands what it fails with later to the failure hook, once, its cleanup's too", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        yield* leaving(stubborn(100, Effect.fail("disk full")))
        yield* leaving(
          stubborn(
            100,
            Effect.acquireRelease(Effect.void, () => Effect.die("release"))
          )
        )
        // Effect drops what a cancel skips a catch for on its way out.
        const inner = TaskGroup.run("inner", () => stubborn(100, Effect.fail("skipped")))
        yield* leaving(Effect.catch(inner, () => Effect.void))
        yield* Effect.sleep(1000)
        expect(others(reports)).toEqual([
          "failure g/late disk full",
          "defect g/late release",
          "failure g/inner skipped"
        ])
      })
    )
  )

  it.effect("of the body does so, too, and does not change the result", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* Effect.acquireRelease(Effect.void, () => Effect.die("release"))
          yield* group.spawn(after(10, Effect.fail("x")))
          yield* stubborn(100, Effect.fail("disk full"))
        })
        expect(yield* Effect.flip(group)).toBe("x")
        yield* Effect.sleep(1000)
        expect([laggards(reports), others(reports)]).toEqual([
          ["g/g 30"],
          ["failure g/g disk full", "defect g/g release"]
        ])
      })
    )
  )

  it.effect("cannot spawn into the group that has ended, and can into one that has not", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const defects: Array<unknown> = []
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          const spawn = Effect.exit(Effect.orDie(Effect.suspend(() => group.spawn(Effect.void, "straggler"))))
          const late = Effect.map(spawn, (exit) => void defects.push(Exit.isFailure(exit) && Cause.squash(exit.cause)))
          const trying = Effect.map(Effect.exit(group.trySpawn(Effect.void)), (exit) => void defects.push(exit._tag))
          yield* group.spawn(stubborn(100, Effect.andThen(late, Effect.andThen(trying, group.cancelTasks()))), "late")
          yield* group.spawn(after(10, Effect.fail("x")))
        })
        yield* Effect.exit(group)
        yield* Effect.sleep(1000)
        expect(defects).toEqual([expect.any(GroupEnded), "Failure"])
        const ran: Array<string> = []
        yield* TaskGroup.run({ name: "open", cleanupTimeout: 20 }, function* (group) {
          const spawning = group.spawn(
            Effect.sync(() => void ran.push("child")),
            "child"
          )
          const late = yield* group.spawn(stubborn(100, spawning), "late")
          yield* VirtualClock.untilQuiet
          yield* late.cancelAndWait()
          yield* Effect.sleep(200)
        })
        expect([ran, others(reports)]).toEqual([["child"], []])
      })
    )
  )

  it.effect("in a supervised group stops nobody, and what it fails with later goes to the failure hook", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const handed: Array<unknown> = []
        yield* TaskGroup.supervised(
          { name: "g", cleanupTimeout: 20 },
          function* (group) {
            const late = yield* group.spawn(stubborn(100, Effect.fail("disk full")), "late")
            const other = yield* group.spawn(Effect.as(Effect.sleep(300), "other"))
            yield* VirtualClock.untilQuiet
            yield* late.cancelAndWait()
            expect([yield* at, yield* other.join]).toEqual([20, "other"])
          },
          (cause) => Effect.sync(() => void handed.push(Cause.squash(cause)))
        )
        expect([handed, laggards(reports), others(reports)]).toEqual([[], ["g/late 20"], ["failure g/late disk full"]])
      })
    )
  )

  it.effect("is reported also when it is a promise that ignores its signal", () =>
    reporting((reports) =>
      Effect.gen(function* () {
        const resolve: Array<() => void> = []
        const legacy = (signal: AbortSignal) =>
          new Promise<void>((done) => {
            resolve.push(done)
            signal.addEventListener("abort", () => reasons.push(signal.reason))
          })
        const reasons: Array<unknown> = []
        const ignores = CancelScope.run("call", (scope) =>
          Effect.uninterruptible(Effect.promise(() => legacy(scope.signal)))
        )
        const group = TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
          yield* group.spawn(ignores, "legacy")
          yield* group.spawn(after(10, Effect.fail("x")))
        })
        expect(yield* Effect.flip(group)).toBe("x")
        expect([yield* at, laggards(reports)]).toEqual([30, ["g/legacy 30"]])
        expect(reasons).toEqual([expect.objectContaining({ reason: expect.objectContaining({ _tag: "TaskFailed" }) })])
        for (const done of resolve) done()
        yield* Effect.sleep(1)
        expect(reports).toHaveLength(1)
      })
    )
  )

  it.effect("of a set-up gives its caller TaskCancelled", () =>
    reporting((reports) =>
      TaskGroup.run({ name: "g", cleanupTimeout: 20 }, function* (group) {
        const caller = yield* Effect.forkChild(
          Effect.exit(group.start(Effect.as(slow(500), TaskGroup.ready(1, Effect.void)), "server"))
        )
        yield* VirtualClock.untilQuiet
        yield* group.cancelTasks()
        const exit = yield* Fiber.join(caller)
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({
          _tag: "TaskCancelled",
          task: "server"
        })
        expect([yield* at, laggards(reports)]).toEqual([20, ["g/server 20"]])
        yield* Effect.sleep(1000)
      })
    )
  )
})

describe("the handle of a task that has ended", () => {
  it.live("keeps no context, with a cleanupTimeout as without", () =>
    Effect.gen(function* () {
      const kept = (group: { readonly name: "g"; readonly cleanupTimeout?: number }) =>
        TaskGroup.run(group, function* (g) {
          const task = yield* g.spawn(Effect.void)
          yield* task.await
          return Object.values(task).filter(Context.isContext).length
        })
      expect([yield* kept({ name: "g" }), yield* kept({ name: "g", cleanupTimeout: 1000 })]).toEqual([0, 0])
    })
  )
})
