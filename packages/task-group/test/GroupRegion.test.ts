import * as CancelScope from "@ferrule/cancel-scope"
import { GroupEnded } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Scheduler } from "effect"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** Starts all programs at once and tells which of them have not ended when nothing moves any more. */
const hanging = (programs: ReadonlyArray<Effect.Effect<unknown, unknown>>) =>
  Effect.promise(async () => {
    const fibers = programs.map((program) => Effect.runFork(program))
    const open = () => fibers.flatMap((fiber, i) => (fiber.pollUnsafe() === undefined ? [i] : []))
    for (let turns = 0; turns < 2000 && open().length > 0; turns++) await turn()
    const left = open()
    for (const i of left) fibers[i]!.interruptUnsafe()
    return left
  })

describe("a fiber that gives way to others between any two operations misses no wake-up", () => {
  const programs: ReadonlyArray<[string, () => Effect.Effect<unknown, unknown>]> = [
    ["the end of the last task", () => TaskGroup.run("g", (group) => group.spawn(Effect.void))],
    [
      "a place that becomes free",
      () =>
        TaskGroup.run({ name: "g", limit: 1 }, (group) =>
          Effect.andThen(group.spawn(Effect.void), group.spawn(Effect.void))
        )
    ],
    [
      "a place that becomes free for a queued task",
      () =>
        TaskGroup.run({ name: "g", limit: 2 }, (group) =>
          Effect.andThen(group.spawn(Effect.void), group.spawn(Effect.asVoid(group.spawn(Effect.void))))
        )
    ],
    ["the winner of a race", () => TaskGroup.firstSuccess([Effect.void, Effect.fail("e")])],
    ["the last failure of a race", () => Effect.flip(TaskGroup.firstSuccess([Effect.fail("a"), Effect.fail("b")]))],
    ["the end of a list", () => TaskGroup.all([Effect.void, Effect.void, Effect.void])],
    ["room for the next item", () => TaskGroup.forEach(upTo(20), () => Effect.void, { limit: 3 })],
    [
      "work that adds work",
      () => TaskGroup.workList([1], (n, add) => (n < 30 ? add(2 * n, 2 * n + 1) : Effect.void), { limit: 3 })
    ],
    [
      "a cancel",
      () => TaskGroup.run("g", (group) => Effect.flatMap(group.spawn(Effect.never), (task) => task.cancelAndWait()))
    ]
  ]

  it.live.each(programs)("%s", ([_, make]) =>
    Effect.gen(function* () {
      const budgets = upTo(80).map((i) => i + 3)
      const left = yield* hanging(budgets.map((ops) => Effect.provideService(make(), Scheduler.MaxOpsBeforeYield, ops)))
      expect(left.map((i) => budgets[i])).toEqual([])
    })
  )

  it.live("at the default budget of 2,048 operations either", () =>
    Effect.gen(function* () {
      const pads = upTo(60).map((i) => 990 + i)
      const padded = (pad: number, limit: number) => {
        let i = 0
        const noise = Effect.whileLoop({
          while: () => i < pad,
          body: () => Effect.suspend(() => Effect.void),
          step: () => void i++
        })
        return TaskGroup.run({ name: "g", limit }, (group) =>
          Effect.andThen(
            group.spawn(Effect.void),
            Effect.andThen(noise, limit === 1 ? group.spawn(Effect.void) : Effect.void)
          )
        )
      }
      expect(yield* hanging(pads.map((pad) => padded(pad, 1)))).toEqual([])
      expect(yield* hanging(pads.map((pad) => padded(pad, 5)))).toEqual([])
    })
  )
})

describe("foreign code that runs inside a cancel", () => {
  /** A task that an abort listener ends in the very step in which it is marked. */
  const endsWhenMarked = CancelScope.run("a", (scope) =>
    Effect.callback<number>((resume) => {
      scope.signal.addEventListener("abort", () => resume(Effect.succeed(1)))
    })
  )

  it.live("and ends a task does not keep its siblings from being cancelled", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const sibling = (name: string) => Effect.onInterrupt(Effect.never, () => log(entries, name))
        const outcome = yield* CancelScope.run("outer", (outer) =>
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(sibling("b"))
            yield* group.spawn(endsWhenMarked)
            yield* group.spawn(sibling("c"))
            yield* Effect.sleep(1)
            yield* Effect.sync(() => outer.cancelUnsafe())
            yield* Effect.never
          })
        )
        expect([outcome._tag, entries]).toEqual(["Cancelled", ["b", "c"]])
      })
    )
  )

  it.live("of all tasks does not keep the others from being cancelled either", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        yield* TaskGroup.run("g", function* (group) {
          for (const i of upTo(4)) {
            yield* group.spawn(endsWhenMarked)
            yield* group.spawn(Effect.onInterrupt(Effect.never, () => log(entries, i)))
          }
          yield* Effect.sleep(1)
          yield* group.cancelTasks()
        })
        expect(entries).toEqual([0, 1, 2, 3])
      })
    )
  )
})

describe("somebody outside who waits for room", () => {
  it.live("is told that the group has ended, and nothing runs after it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const groups: Array<TaskGroup.TaskGroup> = []
        const running = yield* start(
          TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
            groups.push(group)
            yield* group.spawn(Effect.sleep(3))
          })
        )
        const outside = yield* start(groups[0]!.spawn(Effect.andThen(Effect.sleep(1), log(entries, "ran")), "late"))
        yield* Fiber.join(running)
        yield* log(entries, "group ended")
        const exit = yield* Fiber.await(outside)
        yield* Effect.sleep(5)
        expect(entries).toEqual(["group ended"])
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toEqual(new GroupEnded({ group: "g", task: "late" }))
      })
    )
  )
})

describe("what a task ends with", () => {
  it.live("is cancelled, although a part of its cleanup was cut short, too", () =>
    leavesNothing(
      TaskGroup.run("g", function* (group) {
        const release = Effect.addFinalizer(() => Effect.interruptible(Effect.sleep(10)))
        const task = yield* group.spawn(Effect.andThen(release, Effect.never))
        yield* Effect.sleep(1)
        yield* task.cancelAndWait()
        expect(yield* task.status).toBe("cancelled")
        const exit = yield* Effect.exit(task.join)
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBeInstanceOf(TaskGroup.TaskCancelled)
      })
    )
  )

  it.live("is known as its failure, not as that of the scope inside it [D2]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(
              CancelScope.run("scope", () => Effect.fail("x")),
              "fetch"
            )
            const parse = { name: "parse", immediate: true }
            yield* group.spawn(
              TaskGroup.run("inner", (inner) => inner.spawn(Effect.fail("y"), parse)),
              "load"
            )
          })
        )
        const tasks = Exit.isFailure(exit) ? CancelScope.failures(exit.cause).map(({ task }) => task) : []
        expect(tasks).toEqual(["fetch", "parse"])
      })
    )
  )
})

describe("the body's resources", () => {
  it.live("are released as cancelled when the group was cancelled from outside, though its body had ended well", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const outcome = yield* CancelScope.run("s", (scope) =>
          TaskGroup.run("g", function* (group) {
            yield* Effect.addFinalizer((exit) => log(entries, exit._tag))
            yield* group.spawn(after(1, scope.cancel()))
          })
        )
        expect([outcome._tag, entries]).toEqual(["Cancelled", ["Failure"]])
      })
    )
  )

  it.live("are released with how the group ended, not only its body", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const body = (failure: Effect.Effect<void, string>) => (group: TaskGroup.TaskGroup) =>
          Effect.andThen(
            Effect.addFinalizer((exit) => log(entries, exit._tag)),
            group.spawn(after(1, failure))
          )
        yield* Effect.exit(TaskGroup.run("g", body(Effect.fail("x"))))
        yield* TaskGroup.run("g", body(Effect.void))
        expect(entries).toEqual(["Failure", "Success"])
      })
    )
  )
})

describe("runSync", () => {
  it("gives the value of scopes and groups that never wait, however long they are [XG-13]", () => {
    let steps = 0
    const long = Effect.whileLoop({
      while: () => steps < 10_000,
      body: () => Effect.suspend(() => Effect.void),
      step: () => void steps++
    })
    expect(Effect.runSync(CancelScope.run("s", () => Effect.as(long, 1)))).toEqual({ _tag: "Completed", value: 1 })
    const many = TaskGroup.workList([1], (n, add) => Effect.as(n < 1000 ? add(2 * n, 2 * n + 1) : Effect.void, n), {
      limit: 3
    })
    expect(Effect.runSync(many)).toHaveLength(1999)
  })
})

describe("depth", () => {
  it.live(
    "10,000 nested groups fail with the error of the innermost, in time that grows with the depth",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          let body: Effect.Effect<void, string> = Effect.andThen(Effect.yieldNow, Effect.fail("deep"))
          for (const _ of upTo(10_000)) {
            const inner = body
            body = TaskGroup.run("g", (group) => Effect.flatMap(group.spawn(inner), (task) => task.join))
          }
          const exit = yield* Effect.exit(body)
          expect(exit).toMatchObject({ cause: { reasons: [{ _tag: "Fail", error: "deep" }] } })
        })
      ),
    10_000
  )
})
