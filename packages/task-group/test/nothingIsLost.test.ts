import * as CancelScope from "@ferrule/cancel-scope"
import { failureHook, GroupEnded, type Report } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Schedule, Stream } from "effect"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const dying = (defect: string) => Effect.acquireRelease(Effect.succeed("used"), () => Effect.die(defect))

const masked = (millis: number, error: string) =>
  Effect.uninterruptible(Effect.andThen(Effect.sleep(millis), Effect.fail(error)))

/** Runs a program; gives its exit, what it failed with, and what the failure hook was told. */
const heard = <A, E>(self: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const reports: Array<Report> = []
    const exit = yield* Effect.exit(
      leavesNothing(self).pipe(Effect.provideService(failureHook, (r) => Effect.sync(() => void reports.push(r))))
    )
    return {
      exit,
      failed: Exit.isFailure(exit) ? failedWith(exit.cause) : [],
      told: reports.map(({ kind, task, cause }) => [kind, task, ...cause.reasons.map(whatOf)])
    }
  })

const whatOf = (reason: Cause.Reason<unknown>): unknown =>
  Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : "interrupted"

const failedWith = (cause: Cause.Cause<unknown>): ReadonlyArray<readonly [string, unknown]> =>
  CancelScope.failures(cause).map(({ reason }) => [reason._tag, whatOf(reason)])

const never: Effect.Effect<TaskGroup.Ready<void, void, never, never>> = Effect.never

const cancelledAfter = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) =>
  CancelScope.run({ name: "cut", timeout: millis }, () => self)

describe("what a set-up fails with when it is cancelled with its caller is the caller's", () => {
  it.live("a defect of its cleanup", () =>
    Effect.gen(function* () {
      const { failed } = yield* heard(
        TaskGroup.run("g", (group) => cancelledAfter(5, group.start(Effect.ensuring(never, Effect.die("cleanup")))))
      )
      expect(failed).toEqual([["Die", "cleanup"]])
    })
  )

  it.live("an error of a part that could not be cancelled", () =>
    Effect.gen(function* () {
      const setup = Effect.andThen(masked(20, "no port"), Effect.succeed(TaskGroup.ready(1, Effect.void)))
      const { failed } = yield* heard(TaskGroup.run("g", (group) => cancelledAfter(5, group.start(setup))))
      expect(failed).toEqual([["Fail", "no port"]])
    })
  )
})

describe("settle shows what the release of a task's resources died of", () => {
  it.live("in its exit", () =>
    Effect.gen(function* () {
      const exits = yield* Effect.scoped(TaskGroup.settle({ a: dying("a"), b: Effect.succeed(2) }))
      expect(Exit.isFailure(exits.a) && failedWith(exits.a.cause)).toEqual([["Die", "a"]])
      expect(exits.b).toEqual(Exit.succeed(2))
    })
  )

  it.live("also of what came too late", () =>
    Effect.gen(function* () {
      const tasks = [Effect.andThen(dying("b"), Effect.never), Effect.never] as const
      const [first, second] = yield* Effect.scoped(TaskGroup.settleWithin(tasks, 5))
      expect(first._tag === "Failure" && failedWith(first.cause)).toEqual([["Die", "b"]])
      expect(second._tag).toBe("Late")
    })
  )
})

describe("mapStream", () => {
  it.live("tells the failure hook what fails when its reader has left", () =>
    Effect.gen(function* () {
      const made = [Effect.succeed(0), Effect.ensuring(Effect.never, Effect.die("cleanup")), masked(20, "late")]
      const stream = TaskGroup.mapStream(made, (one: Effect.Effect<number, string>) => one, { limit: 3 })
      const { exit, told } = yield* heard(Stream.runCollect(Stream.take(stream, 1)))
      expect(exit).toEqual(Exit.succeed([0]))
      expect(told).toEqual([
        ["defect", "mapStream/1", "cleanup"],
        ["failure", "mapStream/2", "late"]
      ])
    })
  )

  it.live("tells nobody else what its reader was given", () =>
    Effect.gen(function* () {
      const stream = TaskGroup.mapStream([1], () => Effect.fail("x"), { limit: 1 })
      const { failed, told } = yield* heard(Stream.runDrain(stream))
      expect([failed, told]).toEqual([[["Fail", "x"]], []])
    })
  )

  it.live("keeps a result that a cancelled pull was given", () =>
    Effect.gen(function* () {
      let reader: Fiber.Fiber<unknown, unknown> | undefined
      // The reader is cancelled after it was given the result, and before it has it.
      const cutOff = Effect.sync(() => queueMicrotask(() => reader?.interruptUnsafe()))
      const made = (n: number) => Effect.as(Effect.andThen(Effect.sleep(5), cutOff), n)
      const got = yield* Effect.scoped(
        Effect.gen(function* () {
          const pull = yield* Stream.toPull(TaskGroup.mapStream([1, 2, 3], made, { limit: 1 }))
          const all: Array<number> = [...(yield* pull)]
          while (true) {
            reader = yield* Effect.forkChild(pull)
            const exit = yield* Fiber.await(reader as Fiber.Fiber<readonly number[], Cause.Done>)
            if (Exit.isSuccess(exit)) all.push(...exit.value)
            else if (!Cause.hasInterruptsOnly(exit.cause)) return all
          }
        })
      )
      expect(got).toEqual([1, 2, 3])
    })
  )

  it.live("releases what an item has acquired before the next one starts", () =>
    Effect.gen(function* () {
      let open = 0
      let most = 0
      const one = Effect.acquireRelease(
        Effect.sync(() => (most = Math.max(most, ++open))),
        () =>
          Effect.andThen(
            Effect.sleep(3),
            Effect.sync(() => open--)
          )
      )
      yield* Stream.runDrain(TaskGroup.mapStream([1, 2, 3], () => one, { limit: 1 }))
      yield* TaskGroup.forEach([1, 2, 3], () => one, { limit: 1 })
      expect([open, most]).toEqual([0, 1])
    })
  )
})

it.live("a completion that a cancelled pull was given is given to the next", () =>
  Effect.gen(function* () {
    const names = yield* TaskGroup.run("g", function* (group) {
      const pull = yield* Stream.toPull(group.completions)
      yield* group.spawn(Effect.void, "first")
      // A stream begins with its first pull.
      yield* Effect.orDie(pull)
      yield* group.spawn(Effect.sleep(5), "b")
      const waiting = yield* Effect.forkChild(pull, { startImmediately: true })
      // It ends before `spawn` returns, so that the pull owns it, and does not have it when it is cancelled.
      yield* group.spawn(Effect.void, { name: "a", immediate: true })
      waiting.interruptUnsafe()
      yield* Fiber.await(waiting)
      const all: Array<string> = []
      for (let i = 0; i < 2; i++) all.push(...(yield* Effect.orDie(pull)).map(({ name }) => name))
      return all
    })
    expect(names).toEqual(["a", "b"])
  })
)

describe("what decides about another start does not take the failure with it that it was asked about", () => {
  it.live("a condition that throws", () =>
    Effect.gen(function* () {
      const restart = {
        schedule: Schedule.recurs(2),
        while: () => {
          throw "condition"
        }
      }
      const { failed, told } = yield* heard(
        TaskGroup.run("g", (group) => Effect.asVoid(group.spawn(Effect.fail("x"), { name: "t", restart })))
      )
      expect(failed).toEqual([
        ["Fail", "x"],
        ["Die", "condition"]
      ])
      expect(told).toEqual([["defect", "t", "condition"]])
    })
  )
})

it.live("a task that was cancelled and failed has failed: its exit holds no interruption", () =>
  Effect.gen(function* () {
    const { exit } = yield* heard(
      TaskGroup.supervised("g", function* (group) {
        const task = yield* group.spawn(masked(10, "late"))
        yield* Effect.sleep(1)
        yield* task.cancelAndWait()
        const ended = yield* task.await
        return [Exit.isFailure(ended) && failedWith(ended.cause), Exit.hasInterrupts(ended), yield* task.status]
      })
    )
    expect(exit).toEqual(Exit.succeed([[["Fail", "late"]], false, "failed"]))
  })
)

it.live("a defect beside an error that a joiner takes over goes to the failure hook", () =>
  Effect.gen(function* () {
    const failing = Effect.andThen(dying("release"), Effect.fail("x"))
    const { exit, told } = yield* heard(Effect.scoped(TaskGroup.quorum([failing, Effect.succeed(1)], 1)))
    expect(exit).toEqual(Exit.succeed([1]))
    expect(told).toContainEqual(["defect", "quorum/1", "release"])
  })
)

describe("a spawn that waits for room does not wait when no place is of use any more", () => {
  it.live("because the group was closed: the handle is cancelled", () =>
    Effect.gen(function* () {
      const { exit } = yield* heard(
        TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          yield* group.spawn(Effect.andThen(group.setLimit(0), group.close()))
          return yield* (yield* group.spawn(Effect.void)).status
        })
      )
      expect(exit).toEqual(Exit.succeed("cancelled"))
    })
  )

  /** Somebody outside, who waits for room in a group without any, until `until` has ended the group. */
  const outsider = (until: Effect.Effect<void>) =>
    Effect.gen(function* () {
      let spawn: (() => Effect.Effect<TaskGroup.Task<void, never>>) | undefined
      const group = TaskGroup.run({ name: "g", limit: 0 }, function* (g) {
        spawn = yield* g.spawner(() => Effect.void)
        yield* until
      })
      const running = yield* Effect.forkChild(cancelledAfter(10, group), { startImmediately: true })
      const spawned = yield* Effect.exit(Effect.flatMap(spawn!(), (task) => task.status))
      yield* Fiber.await(running)
      return yield* spawned
    })

  it.live("because the group has ended: the defect GroupEnded", () =>
    Effect.gen(function* () {
      const { exit } = yield* heard(outsider(Effect.sleep(5)))
      const died = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
      expect(died).toBe(undefined)
      expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBeInstanceOf(GroupEnded)
    })
  )

  it.live("because the group was cancelled: the handle is cancelled", () =>
    Effect.gen(function* () {
      const { exit } = yield* heard(outsider(Effect.never))
      expect(exit).toEqual(Exit.succeed("cancelled"))
    })
  )
})

it.live("two tasks that close their group in their cleanup do not wait for each other", () =>
  Effect.gen(function* () {
    const { exit } = yield* heard(
      TaskGroup.run("g", function* (group) {
        const closing = Effect.ensuring(Effect.sleep(1), group.close())
        yield* group.spawn(closing)
        yield* group.spawn(closing)
        yield* group.spawn(Effect.uninterruptible(Effect.sleep(10)))
      })
    )
    expect(exit).toEqual(Exit.succeed(undefined))
  })
)

describe("a typed error of a part that could not be cancelled, whose handler the cancel skips, is told to the hook", () => {
  const caught = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.catch(self, () => Effect.succeed("handled"))
  const inner = TaskGroup.run("inner", (group) => group.spawn(masked(20, "late"), "stubborn"))

  it.live("in a scope that ends as cancelled [D29]", () =>
    Effect.gen(function* () {
      const { failed, told } = yield* heard(cancelledAfter(5, caught(inner)))
      expect([failed, told]).toEqual([[], [["failure", "stubborn", "late"]]])
    })
  )

  it.live("in a task that ends as cancelled [D29]", () =>
    Effect.gen(function* () {
      const { exit, told } = yield* heard(
        TaskGroup.run("outer", function* (group) {
          const task = yield* group.spawn(caught(inner), { immediate: true })
          yield* Effect.sleep(5)
          yield* task.cancelAndWait()
          return yield* task.status
        })
      )
      expect(exit).toEqual(Exit.succeed("cancelled"))
      expect(told).toEqual([["failure", "stubborn", "late"]])
    })
  )

  it.live("and is not, where no handler stands between: then it is the scope's failure [D29, TG-17]", () =>
    Effect.gen(function* () {
      const { failed, told } = yield* heard(cancelledAfter(5, inner))
      expect([failed, told]).toEqual([[["Fail", "late"]], []])
    })
  )
})
