import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

/** Counts how many run at once. */
class Gauge {
  running = 0
  most = 0
  done: Array<unknown> = []
  run = <A, E, R>(name: unknown, self: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => void (this.most = Math.max(this.most, ++this.running))),
      () => self,
      () =>
        Effect.sync(() => {
          this.running--
          this.done.push(name)
        })
    )
}

describe("a group with a limit", () => {
  it.effect("never runs more than that at once, runs all, and the body waits for room [TG-35]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const gauge = new Gauge()
      const began = yield* CancelScope.now
      const fiber = yield* start(
        TaskGroup.run({ name: "g", limit: 10 }, function* (group) {
          for (const i of upTo(1025)) yield* group.spawn(gauge.run(i, Effect.sleep(1)))
        }).pipe(Effect.andThen(CancelScope.now))
      )
      for (let i = 0; i < 110; i++) yield* TestClock.adjust(1)
      expect([Math.round((yield* Fiber.join(fiber)) - began), gauge.most, gauge.done.length]).toEqual([103, 10, 1025])
    })
  )

  it.live("serves those who wait first come, first served", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, (group) =>
          Effect.forEach(upTo(20), (i) => group.spawn(gauge.run(i, Effect.yieldNow)), { concurrency: "unbounded" })
        )
        expect([gauge.done, gauge.most]).toEqual([upTo(20), 1])
      })
    )
  )

  it.live("does not lock itself up when its own tasks spawn: they are queued [XG-10]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        const statuses: Array<unknown> = []
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const grow = (depth: number): Effect.Effect<void> =>
            gauge.run(
              depth,
              Effect.gen(function* () {
                if (depth === 0) return
                const below = yield* group.spawn(grow(depth - 1))
                const again = yield* group.spawn(grow(depth - 1))
                statuses.push(yield* below.status, yield* again.status)
                yield* Effect.yieldNow
              })
            )
          yield* group.spawn(grow(5))
        })
        expect([gauge.most, gauge.done.length]).toEqual([1, 63])
        expect(new Set(statuses)).toEqual(new Set(["queued"]))
      })
    )
  )

  it.live("does not lock up either when a scope, a group or a finalizer inside a task spawns", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const work = (name: string) => group.spawn(gauge.run(name, Effect.yieldNow))
          yield* group.spawn(CancelScope.run("scope", () => work("in a scope")))
          yield* group.spawn(TaskGroup.run("inner", (inner) => inner.spawn(work("in a group"))))
          yield* group.spawn(Effect.ensuring(Effect.void, work("in a finalizer")))
          yield* Effect.uninterruptible(work("masked"))
        })
        expect([gauge.most, gauge.done.length]).toEqual([1, 4])
      })
    )
  )

  it.live("passes over waiting spawners that were cancelled", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const first = yield* group.spawn(gauge.run("first", Effect.never))
          const waiting = yield* Effect.forEach(upTo(5), (i) => start(group.spawn(gauge.run(i, Effect.void))))
          yield* Effect.sleep(1)
          yield* first.cancel()
          for (const i of [0, 2, 4]) waiting[i]!.interruptUnsafe()
          for (const fiber of waiting) yield* Fiber.await(fiber)
          yield* group.spawn(gauge.run("last", Effect.void))
        })
        expect(gauge.done).toEqual(["first", 1, 3, "last"])
      })
    )
  )

  it.live("gives a place that a spawner was given, and cancelled before it had it, to the next", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const waiting: Array<Fiber.Fiber<unknown>> = []
          // An observer that comes after the group's own is called in the step in which the place was handed on.
          const interruptTheNext = Effect.withFiber((own) =>
            Effect.sync(() => void own.addObserver(() => waiting[0]!.interruptUnsafe()))
          )
          yield* group.spawn(after(1, gauge.run("first", interruptTheNext)))
          for (const i of upTo(3)) waiting.push(yield* start(group.spawn(gauge.run(i, Effect.void))))
          const exits = []
          for (const fiber of waiting) exits.push((yield* Fiber.await(fiber))._tag)
          expect(exits).toEqual(["Failure", "Success", "Success"])
        })
        expect(gauge.done).toEqual(["first", 1, 2])
      })
    )
  )

  it.live("passes over queued tasks that were cancelled; their bodies never run", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const feed = Effect.gen(function* () {
            const queued = []
            for (const i of upTo(6)) queued.push(yield* group.spawn(gauge.run(i, Effect.void)))
            for (const i of [0, 1, 3, 5]) yield* queued[i]!.cancel()
            return queued
          })
          const tasks = yield* Effect.flatMap(group.spawn(feed), (task) => task.join)
          const statuses = []
          for (const task of tasks) {
            yield* task.await
            statuses.push(yield* task.status)
          }
          expect(statuses).toEqual(["cancelled", "cancelled", "succeeded", "cancelled", "succeeded", "cancelled"])
        })
        expect(gauge.done).toEqual([2, 4])
      })
    )
  )

  it.live("that fails ends its waiting spawner and what is queued, and leaves nothing", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        const exit = yield* Effect.exit(
          TaskGroup.run({ name: "g", limit: 2 }, function* (group) {
            const feed = Effect.forEach(upTo(10), (i) => group.spawn(gauge.run(i, Effect.void)))
            yield* group.spawn(Effect.andThen(feed, Effect.never))
            yield* group.spawn(after(2, Effect.fail("x")))
            yield* group.spawn(gauge.run("never", Effect.void))
          })
        )
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("x")
        expect(gauge.done).toEqual([])
      })
    )
  )

  it.live("gives no place to a spawner in a scope that was cancelled while it waited [D39]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          const first = yield* group.spawn(Effect.never)
          const scope = yield* CancelScope.make("s")
          const waiting = yield* start(CancelScope.enter(scope)(group.spawn(gauge.run("second", Effect.void))))
          yield* Effect.sleep(1)
          yield* Effect.all([scope.cancel(), first.cancel()])
          expect((yield* Fiber.join(waiting))._tag).toBe("Cancelled")
          yield* group.spawn(gauge.run("third", Effect.void))
        })
        expect(gauge.done).toEqual(["third"])
      })
    )
  )

  it.live.each([Number.NaN, -1, 1.5])("of %s is a defect that names the group", (limit) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TaskGroup.run({ name: "crawl", limit }, () => Effect.void))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('"crawl"')
    })
  )
})

describe("trySpawn", () => {
  it.live("never waits: none while there is no room, and with a limit of 0 always [TG-36]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const gauge = new Gauge()
        const answers = yield* TaskGroup.run({ name: "g", limit: 2 }, function* (group) {
          const task = yield* group.spawn(Effect.never)
          yield* group.spawn(Effect.sleep(3))
          const full = yield* group.trySpawn(gauge.run("a", Effect.void))
          yield* task.cancelAndWait()
          return [full._tag, (yield* group.trySpawn(gauge.run("b", Effect.void)))._tag]
        })
        expect([answers, gauge.done]).toEqual([["None", "Some"], ["b"]])
        const never = yield* TaskGroup.run({ name: "g", limit: 0 }, (group) => group.trySpawn(Effect.void))
        expect(never._tag).toBe("None")
      })
    )
  )
})

describe("setLimit", () => {
  it.effect("serves those who wait at once when it is raised, and stops nobody when it is lowered [XG-09]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const began = yield* CancelScope.now
      const starts = (entries: Array<number>) =>
        Effect.andThen(
          Effect.map(CancelScope.now, (now) => void entries.push(Math.round(now - began))),
          Effect.sleep(100)
        )
      const program = (limit: number, jobs: number, at: number, next: number) => {
        const entries: Array<number> = []
        const body = function* (group: TaskGroup.TaskGroup) {
          yield* Effect.forkChild(after(at, group.setLimit(next)), { startImmediately: true })
          for (const _ of upTo(jobs)) yield* group.spawn(starts(entries))
        }
        return Effect.as(TaskGroup.run({ name: "g", limit }, body), entries)
      }
      const raised = yield* start(program(1, 5, 150, 4))
      const lowered = yield* start(program(3, 6, 50, 1))
      for (let i = 0; i < 41; i++) yield* TestClock.adjust(10)
      expect(yield* Fiber.join(raised)).toEqual([0, 100, 150, 150, 150])
      expect(yield* Fiber.join(lowered)).toEqual([0, 0, 0, 100, 200, 300])
    })
  )
})
