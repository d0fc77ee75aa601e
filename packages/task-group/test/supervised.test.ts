import { failureHook, type Report } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit } from "effect"
import * as TaskGroup from "../src/index.ts"

class Sink extends Context.Service<Sink, Array<unknown>>()("test/Sink") {}

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const hooked = <A, E, R>(self: Effect.Effect<A, E, R>, reports: Array<Report>) =>
  Effect.provideService(self, failureHook, (report) => log(reports, report))

const said = (reports: ReadonlyArray<Report>): ReadonlyArray<string> =>
  reports.map(({ task, group, kind, cause }) => `${group} ${task} ${kind} ${String(Cause.squash(cause))}`)

it.live(
  "a failing task stops nobody, the hook sees each failure, and the body's value is the group's [TG-32, TG-33]",
  () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<unknown> = []
        const value = yield* TaskGroup.supervised(
          "g",
          function* (group) {
            const waiting = yield* group.spawn(Effect.never)
            yield* group.spawn(Effect.fail("a"), "first")
            yield* group.spawn(Effect.die("b"), "second")
            yield* Effect.sleep(2)
            seen.push(yield* waiting.status)
            yield* waiting.cancel()
            return "OK"
          },
          (cause, task) => log(seen, `${task.name} ${String(Cause.squash(cause))}`)
        )
        expect([value, seen]).toEqual(["OK", ["first a", "second b", "running"]])
      })
    )
)

it.live("without a hook of its own failures go to the failure hook; cancelled tasks are no failures", () =>
  leavesNothing(
    Effect.gen(function* () {
      const reports: Array<Report> = []
      const group = TaskGroup.supervised("jobs", function* (group) {
        yield* group.spawn(Effect.fail("no disk"), "backup")
        const cancelled = yield* group.spawn(Effect.never)
        yield* Effect.sleep(1)
        yield* cancelled.cancel()
      })
      yield* hooked(group, reports)
      expect(said(reports)).toEqual(["jobs backup failure no disk"])
    })
  )
)

it.live("a failing body cancels the tasks, and the group fails with it [TG-34]", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      const exit = yield* Effect.exit(
        TaskGroup.supervised("g", function* (group) {
          for (const i of [1, 2]) yield* group.spawn(Effect.onInterrupt(Effect.never, () => log(entries, i)))
          yield* Effect.sleep(1)
          return yield* Effect.fail("x")
        })
      )
      expect([exit, entries]).toMatchObject([{ cause: { reasons: [{ _tag: "Fail", error: "x" }] } }, [1, 2]])
    })
  )
)

it.live("a failure can be handled where the task is joined, for nobody else is cancelled [XG-12]", () =>
  leavesNothing(
    Effect.gen(function* () {
      const value = yield* TaskGroup.supervised(
        "g",
        function* (group) {
          const task = yield* group.spawn(Effect.andThen(Effect.sleep(1), Effect.fail("x")))
          return yield* Effect.catch(task.join, (error) => Effect.succeed(`handled ${error}`))
        },
        () => Effect.void
      )
      expect(value).toBe("handled x")
    })
  )
)

it.live.each<[string, () => Effect.Effect<void>]>([
  ["dies", () => Effect.die("hook")],
  [
    "throws",
    () => {
      throw "hook"
    }
  ]
])("a hook that %s does no harm: both go to the failure hook, and the task's exit is its own", ([_, hook]) =>
  leavesNothing(
    Effect.gen(function* () {
      const reports: Array<Report> = []
      const group = TaskGroup.supervised(
        "g",
        function* (group) {
          const task = yield* group.spawn(Effect.fail("x"), "t")
          return yield* task.await
        },
        hook
      )
      const exit = yield* hooked(group, reports)
      expect(exit).toMatchObject({ cause: { reasons: [{ _tag: "Fail", error: "x" }] } })
      expect(said(reports)).toEqual(["g t defect hook", "g t failure x"])
    })
  )
)

it.live("a hook has the services of the place where the group runs, and the task's own where it has some", () =>
  leavesNothing(
    Effect.gen(function* () {
      const mine: Array<unknown> = []
      yield* TaskGroup.supervised(
        "g",
        (group) => group.spawn(Effect.fail("x")),
        (cause) => Effect.flatMap(Sink, (sink) => log(sink, Cause.squash(cause)))
      ).pipe(Effect.provideService(Sink, mine))
      expect(mine).toEqual(["x"])
    })
  )
)

it.live("a hook is the task's last act: the task has not ended while it runs, and a cancel does not cut it short", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      yield* TaskGroup.supervised(
        "g",
        function* (group) {
          const task = yield* group.spawn(Effect.fail("x"))
          yield* Effect.sleep(1)
          entries.push(yield* task.status)
          yield* task.cancelAndWait()
          entries.push(yield* task.status)
        },
        () => Effect.andThen(Effect.sleep(4), log(entries, "hook"))
      )
      expect(entries).toEqual(["running", "hook", "failed"])
    })
  )
)

it.live("a resource whose release dies is a failure like any other", () =>
  leavesNothing(
    Effect.gen(function* () {
      const reports: Array<Report> = []
      const release = Effect.addFinalizer(() => Effect.die("release"))
      const group = TaskGroup.supervised("g", (group) => group.spawn(release, "t"))
      expect(Exit.isSuccess(yield* Effect.exit(hooked(group, reports)))).toBe(true)
      expect(said(reports)).toEqual(["g t failure release"])
    })
  )
)
