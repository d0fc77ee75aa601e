import { Cause, Effect, Exit, Option } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import { failuresOf } from "../ended.ts"

export const taskHandlePrograms: ReadonlyArray<Program> = [
  program("cancelling one task does not touch the group", ["S-48", "S-49", "S-108", "S-9"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      const other = yield* group.spawn(life.of(Effect.succeed("other")))
      const task = yield* group.spawn(life.of(Effect.yieldNow))
      const [exit] = yield* Effect.all([task.await, task.cancel("x"), task.cancel("y")], { concurrency: 3 })
      if (Exit.isFailure(exit)) see.that(Cause.hasInterruptsOnly(exit.cause), "it is cancelled")
      const status = yield* task.status
      see.equal(status, Exit.isSuccess(exit) ? "succeeded" : "cancelled", "the status says the same")
      yield* task.cancel("after the end")
      see.equal(yield* task.status, status, "a cancel of what has ended does nothing")
      see.equal(yield* other.join, "other", "the other goes on")
    })
    life.over("the group")
  }),

  program("cancelAndWait of a task returns when its cleanup has ended", ["S-1", "S-48"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      const task = yield* group.spawn(life.of(Effect.never))
      const wait = Effect.andThen(
        task.cancelAndWait(),
        Effect.sync(() => life.over("the task"))
      )
      yield* together(wait, wait)
    })
  }),

  program("join of a cancelled task is the defect TaskCancelled, in every waiter", ["S-49"], function* (see) {
    yield* TaskGroup.run("g", function* (group) {
      const task = yield* group.spawn(Effect.never, "t")
      const join = Effect.exit(task.join)
      const exits = yield* Effect.all([join, join, task.cancel()], { concurrency: 3 })
      for (const exit of [exits[0], exits[1]]) {
        const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        see.that(defect instanceof TaskGroup.TaskCancelled && defect.task === "t", "it names the task")
        see.that(Exit.hasDies(exit), "a defect: nobody who waits seems to be cancelled")
      }
    })
  }),

  ...ways.map((way) =>
    program(`a waiter that is cancelled takes no task with it, by ${way}`, ["S-49", "S-48"], function* (see) {
      yield* TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.andThen(Effect.yieldNow, Effect.succeed(1)))
        const ended = yield* cancelling(way, task.join)
        if (ended._tag === "value") see.equal(ended.value, 1, "its value")
        see.equal(yield* task.join, 1, "it goes on")
      })
    })
  ),

  program(
    "tasks that their group cancels have one trace, one that is cancelled by its handle its own",
    ["S-109", "S-108", "S-3"],
    function* (see) {
      const traces: Array<string> = []
      const traced = Effect.onInterrupt(Effect.never, () =>
        Effect.map(CancelScope.trace, (trace) => void traces.push(Option.isSome(trace) ? trace.value.scope : "none"))
      )
      yield* TaskGroup.run("g", function* (group) {
        const names = ["a", "b"] as const
        const tasks = yield* Effect.forEach(names, (name) => group.spawn(traced, name))
        yield* together(tasks[0].cancel("own"), group.cancelTasks("all"))
        yield* Effect.forEach(tasks, (task) => task.await)
      })
      see.that(
        traces.length <= 2 && traces.every((scope) => scope === "g" || scope === "a"),
        "the group, or the task itself"
      )
    }
  ),

  program(
    "in a group that is being cancelled spawn gives a handle that is cancelled",
    ["S-50", "S-6"],
    function* (see) {
      const life = new Life(see)
      const exit = yield* Effect.exit(
        TaskGroup.run("g", function* (group) {
          yield* group.spawn(
            Effect.ensuring(
              Effect.never,
              Effect.gen(function* () {
                const late = yield* group.spawn(life.of(Effect.void))
                see.equal(yield* late.status, "cancelled", "the handle is cancelled already")
                see.that(Option.isNone(yield* group.trySpawn(life.of(Effect.void))), "trySpawn starts none")
              })
            ),
            { immediate: true }
          )
          yield* group.spawn(Effect.fail("e"))
          yield* Effect.never
        })
      )
      see.equal([failuresOf(exit), life.begun], [["e"], 0], "what is spawned then never runs")
    }
  ),

  program("after the end spawn is the defect GroupEnded, and not before", ["S-50", "S-39"], function* (see) {
    let escaped: TaskGroup.TaskGroup | undefined
    const life = new Life(see)
    const outside = Effect.suspend(() =>
      escaped === undefined
        ? Effect.exit(Effect.void)
        : Effect.exit(Effect.asVoid(escaped.spawn(life.of(Effect.yieldNow))))
    )
    const inside = Effect.andThen(
      TaskGroup.run("g", function* (group) {
        escaped = group
        yield* Effect.yieldNow
      }),
      Effect.sync(() => life.over("the group"))
    )
    const [exit] = yield* Effect.all([Effect.andThen(Effect.yieldNow, outside), inside], { concurrency: 2 })
    if (Exit.isFailure(exit)) see.equal([Exit.hasDies(exit), life.begun], [true, 0], "a defect, and nothing runs")
    life.over("all")
  })
]
