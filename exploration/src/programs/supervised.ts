import { Cause, Effect, Schedule } from "effect"
import { TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { errorOf } from "../ended.ts"

export const supervisedPrograms: ReadonlyArray<Program> = [
  program(
    "in supervised a failing task stops nobody, and every failure goes to the hook given",
    ["S-52"],
    function* (see) {
      const life = new Life(see)
      yield* TaskGroup.supervised(
        "g",
        function* (group) {
          yield* group.spawn(life.of(Effect.fail("a")))
          yield* group.spawn(life.of(Effect.fail("b")))
          const good = yield* group.spawn(life.of(Effect.succeed(1)))
          see.equal(yield* good.join, 1, "the others go on")
        },
        (cause) => Effect.andThen(Effect.yieldNow, see.note(String(Cause.squash(cause))))
      )
      see.same(see.log, ["a", "b"], "each once, before the group ends")
      life.over("the group")
    }
  ),

  program("without a hook of its own a failure goes to the failure hook", ["S-52", "S-91"], function* (see) {
    yield* TaskGroup.supervised("g", function* (group) {
      yield* group.spawn(Effect.fail("a"), "a")
      yield* group.spawn(Effect.void)
    })
    see.equal(
      see.told().map(({ task, kind }) => [task, kind]),
      [["a", "failure"]],
      "told once"
    )
  }),

  program("a failing body cancels the tasks of a supervised group", ["S-52", "S-42"], function* (see) {
    const life = new Life(see)
    const exit = yield* Effect.exit(
      TaskGroup.supervised("g", function* (group) {
        yield* group.spawn(life.of(Effect.never))
        return yield* Effect.fail("body")
      })
    )
    see.equal(errorOf(exit), "body", "its failure")
    life.over("the group")
  }),

  program("a task with restart starts again, and join fails only when it gives up", ["S-59"], function* (see) {
    let starts = 0
    yield* TaskGroup.supervised(
      "g",
      function* (group) {
        const flaky = Effect.andThen(
          Effect.sync(() => void starts++),
          Effect.fail("x")
        )
        const task = yield* group.spawn(flaky, { name: "t", restart: { schedule: Schedule.recurs(2) } })
        const [a, b] = yield* Effect.all([Effect.exit(task.join), task.await], { concurrency: 2 })
        see.equal([errorOf(a), errorOf(b), starts], ["x", "x", 3], "the last cause, after all starts")
      },
      () => Effect.void
    )
  }),

  program("a task with restart that is cancelled does not start again", ["S-59", "S-48"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.supervised(
      "g",
      function* (group) {
        const flaky = life.of(Effect.andThen(Effect.yieldNow, Effect.fail("x")))
        const task = yield* group.spawn(flaky, { restart: { schedule: Schedule.recurs(1) } })
        yield* task.cancelAndWait()
        const begun = life.begun
        life.over("the task")
        yield* Effect.sleep(1)
        see.equal(life.begun, begun, "no start after the cancel")
      },
      () => Effect.void
    )
  })
]
