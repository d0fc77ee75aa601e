import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { TraceAnnotation } from "@ferrule/runtime"
import { Cause, Context, Effect, Exit, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

const defectOf = (exit: Exit.Exit<unknown, unknown>): unknown => {
  const [reason, ...others] = Exit.isFailure(exit) ? exit.cause.reasons : []
  return reason?._tag === "Die" && others.length === 0 ? reason.defect : undefined
}

describe("join and await", () => {
  it.live("give value and exit, before and after the end, as often as asked", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.as(Effect.sleep(2), "v"))
        const others = yield* Effect.forEach([1, 2, 3], () => group.spawn(task.join))
        expect([yield* task.join, yield* task.join]).toEqual(["v", "v"])
        expect(yield* task.await).toEqual(Exit.succeed("v"))
        for (const other of others) expect(yield* other.join).toBe("v")
      })
    )
  )

  it.live("of a cancelled task are the defect TaskCancelled and its exit; the waiting one goes on [TG-37, D18]", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.never, "worker")
        const joiner = yield* group.spawn(Effect.exit(task.join))
        yield* Effect.sleep(1)
        yield* task.cancel("enough")
        const defect = defectOf(yield* joiner.join)
        expect(defect).toBeInstanceOf(TaskGroup.TaskCancelled)
        expect(defect).toMatchObject({ task: "worker", trace: { reason: { message: "enough" }, by: "g" } })
        expect(String(defect)).toContain('cannot join the task "worker": it was cancelled ("enough")')
        expect(yield* joiner.status).toBe("succeeded")
        const exit = yield* task.await
        expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
      })
    )
  )

  it.live("of a task that somebody interrupted as a fiber say so: nobody gave a reason", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(
          Effect.andThen(
            Effect.withFiber((own) => Effect.sync(() => own.interruptUnsafe())),
            Effect.never
          )
        )
        const defect = defectOf(yield* Effect.exit(task.join))
        expect(defect).toBeInstanceOf(TaskGroup.TaskCancelled)
        expect(defect).toMatchObject({ trace: { reason: { _tag: "Requested" } } })
        expect(yield* task.status).toBe("cancelled")
      })
    )
  )

  it.live(
    "of a cancelled task whose cleanup died give that defect alone, and make nobody look cancelled [D2, D18]",
    () =>
      leavesNothing(
        TaskGroup.supervised(
          "g",
          function* (group) {
            const entries: Array<unknown> = []
            const task = yield* group.spawn(Effect.ensuring(Effect.never, Effect.die("cleanup")))
            yield* Effect.sleep(1)
            yield* task.cancel()
            const exit = yield* Effect.exit(Effect.onInterrupt(task.join, () => log(entries, "interrupted")))
            expect([defectOf(exit), defectOf(yield* task.await), entries]).toEqual(["cleanup", "cleanup", []])
          },
          () => Effect.void
        )
      )
  )

  it.live("cancelled while they wait take nothing away from the task", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.as(Effect.sleep(5), "v"))
        const waiting = yield* group.spawn(task.join)
        yield* Effect.sleep(1)
        yield* waiting.cancelAndWait()
        expect(yield* task.join).toBe("v")
      })
    )
  )

  it.live("by a sibling that is cancelled in the same sweep make no defect [D39]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const fiber = yield* start(
          TaskGroup.run("g", function* (group) {
            const tasks: Array<TaskGroup.Task<void, never>> = []
            for (let i = 0; i < 300; i++) {
              const [previous] = tasks.slice(-1)
              tasks.push(yield* group.spawn(previous === undefined ? Effect.never : previous.join))
            }
          })
        )
        yield* Effect.sleep(3)
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true)
      })
    )
  )
})

describe("cancel", () => {
  it.effect("of one task leaves the group going [TG-03, D19]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const fiber = yield* start(
        TaskGroup.run("g", function* (group) {
          const a = yield* group.spawn(Effect.sleep(1000))
          yield* Effect.sleep(150)
          yield* a.cancel()
          const b = yield* group.spawn(Effect.as(Effect.sleep(200), 11))
          const value = yield* b.join
          return [yield* a.status, value]
        })
      )
      yield* TestClock.adjust(349)
      expect(fiber.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      expect(yield* Fiber.join(fiber)).toEqual(["cancelled", 11])
    })
  )

  it.live("before the task's first step: neither its body nor its finalizers run [CS-19]", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const entries: Array<unknown> = []
        const task = yield* group.spawn(Effect.ensuring(log(entries, "body"), log(entries, "finalizer")))
        yield* task.cancel()
        yield* Effect.sleep(2)
        expect([yield* task.status, entries]).toEqual(["cancelled", []])
      })
    )
  )

  it.live("of a task that has ended changes nothing [CS-18]", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.succeed("v"))
        yield* task.join
        yield* task.cancel("late")
        yield* task.cancelAndWait("late")
        expect([yield* task.status, yield* task.join]).toEqual(["succeeded", "v"])
      })
    )
  )

  it.live("by the task itself stops it at its next operation; a value that was returned stays [D33]", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const entries: Array<unknown> = []
        const handles: Array<TaskGroup.Task<unknown, unknown>> = []
        const own = Effect.suspend(() => handles[0]!.cancel("myself"))
        handles.push(yield* group.spawn(Effect.andThen(own, log(entries, "next operation"))))
        const exit = yield* handles[0]!.await
        expect([Exit.isFailure(exit), entries]).toEqual([true, []])
      })
    )
  )

  it.live("twice keeps the first reason", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.never)
        yield* Effect.sleep(1)
        yield* task.cancel("first")
        yield* task.cancel("second")
        expect(defectOf(yield* Effect.exit(task.join))).toMatchObject({ trace: { reason: { message: "first" } } })
      })
    )
  )
})

describe("cancelAndWait", () => {
  it.live("returns when the cleanup has ended, cancel does not wait for it [CS-16, CS-17]", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const entries: Array<unknown> = []
        const cleanup = after(3, log(entries, "cleaned up"))
        const spawn = group.spawn(Effect.onInterrupt(Effect.never, () => cleanup))
        const [a, b] = [yield* spawn, yield* spawn]
        yield* Effect.sleep(1)
        yield* a.cancel()
        yield* log(entries, "cancel returned")
        yield* b.cancelAndWait()
        yield* log(entries, "waited")
        expect(entries[0]).toBe("cancel returned")
        expect(entries.at(-1)).toBe("waited")
      })
    )
  )

  it.live("from inside the task, or from a group inside it, is a defect that says so", () =>
    leavesNothing(
      TaskGroup.supervised("g", function* (group) {
        const handles: Array<TaskGroup.Task<unknown, unknown>> = []
        const own = Effect.suspend(() => handles[0]!.cancelAndWait())
        const inside = TaskGroup.run("inner", (inner) => Effect.flatMap(inner.spawn(own), (task) => task.join))
        for (const body of [own, inside]) {
          handles.length = 0
          handles.push(yield* group.spawn(Effect.exit(body), "self"))
          const defect = defectOf((yield* handles[0]!.join) as Exit.Exit<unknown, unknown>)
          expect(String(defect)).toMatch(/"self".*from inside/)
        }
      })
    )
  )

  it.live("by a task of another that the same failure ends does not hang", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          TaskGroup.run("g", function* (group) {
            const a = yield* group.spawn(Effect.onInterrupt(Effect.never, () => Effect.sleep(3)))
            yield* group.spawn(after(1, a.cancelAndWait()))
            yield* group.spawn(after(2, Effect.fail("x")))
          })
        )
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("x")
      })
    )
  )
})

describe("status", () => {
  it.live("goes from queued to running, cancelling, and how it ended", () =>
    leavesNothing(
      TaskGroup.supervised(
        "g",
        function* (group) {
          const task = yield* group.spawn(Effect.onInterrupt(Effect.never, () => Effect.sleep(3)))
          const seen = [yield* task.status]
          yield* Effect.sleep(1)
          seen.push(yield* task.status)
          yield* task.cancel()
          seen.push(yield* task.status)
          yield* task.await
          seen.push(yield* task.status)
          expect(seen).toEqual(["queued", "running", "cancelling", "cancelled"])
          const immediate = yield* group.spawn(Effect.void, { immediate: true })
          const failed = yield* group.spawn(Effect.fail("x"), { immediate: true })
          expect([yield* immediate.status, yield* failed.status]).toEqual(["succeeded", "failed"])
          yield* CancelScope.now
        },
        () => Effect.void
      )
    )
  )

  it.live("of a cancelled task whose cleanup died is failed", () =>
    leavesNothing(
      TaskGroup.supervised(
        "g",
        function* (group) {
          const task = yield* group.spawn(Effect.ensuring(Effect.never, Effect.die("cleanup")))
          yield* Effect.sleep(1)
          yield* task.cancelAndWait()
          expect(yield* task.status).toBe("failed")
          expect(Exit.isFailure(yield* task.await)).toBe(true)
        },
        () => Effect.void
      )
    )
  )
})

it.effect("the exit that await gives of a cancelled task says why it was cancelled [S-108]", () =>
  Effect.gen(function* () {
    const exit = yield* TaskGroup.run("g", function* (group) {
      const task = yield* group.spawn(Effect.never, "t")
      yield* Effect.yieldNow
      yield* task.cancel("not needed")
      return yield* task.await
    })
    const [reason] = Exit.isFailure(exit) ? exit.cause.reasons : []
    const trace = Context.getOrUndefined(Cause.reasonAnnotations(reason!), TraceAnnotation)
    expect(trace).toMatchObject({ scope: "t", path: ["g", "t"], reason: { _tag: "Requested", message: "not needed" } })
  })
)

it.effect("tasks that their group cancels all have one trace: the group's, with who asked [S-109]", () =>
  Effect.gen(function* () {
    const traces: Array<unknown> = []
    const told = Effect.onInterrupt(Effect.never, () =>
      Effect.map(CancelScope.trace, (trace) => void traces.push(Option.getOrThrow(trace)))
    )
    yield* TaskGroup.run("g", function* (group) {
      yield* group.spawn(told, "a")
      yield* group.spawn(told, "b")
      yield* Effect.yieldNow
      yield* group.cancelTasks("enough")
    })
    expect(traces).toHaveLength(2)
    expect(traces[0]).toMatchObject({ scope: "g", path: ["g"], reason: { message: "enough" }, by: "g" })
    expect(traces[1]).toBe(traces[0])
  })
)
