import { Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, ways } from "../together.ts"
import { errorOf } from "../ended.ts"

export const startPrograms: ReadonlyArray<Program> = [
  program("start: the set-up's value goes to the caller, and the rest goes on", ["S-56"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      const { task, value } = yield* group.start(
        Effect.as(Effect.yieldNow, TaskGroup.ready("v", life.of(Effect.as(Effect.yieldNow, 1))))
      )
      see.equal([value, yield* task.join], ["v", 1], "value and end")
    })
    life.over("the group")
  }),

  program("start: the failure of the set-up is the caller's, and the group goes on", ["S-56"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      yield* group.spawn(life.of(Effect.yieldNow))
      const broken: Effect.Effect<TaskGroup.Ready<string, void, never, never>, string> = Effect.fail("no port")
      const exit = yield* Effect.exit(group.start(Effect.andThen(Effect.yieldNow, broken)))
      see.equal(errorOf(exit), "no port", "its failure")
      const other = yield* group.spawn(life.of(Effect.succeed(1)))
      see.equal(yield* other.join, 1, "the group goes on")
    })
    life.over("the group")
  }),

  program("start: the failure of the rest is the group's", ["S-56", "S-42"], function* (see) {
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.start(Effect.succeed(TaskGroup.ready("v", Effect.fail("rest"))))
        yield* Effect.never
      })
    )
    see.equal(errorOf(exit), "rest", "its failure")
  }),

  ...ways.map((way) =>
    program(
      `a caller of start that is cancelled takes the set-up with it, or has the task, by ${way}`,
      ["S-56", "S-297"],
      function* (see) {
        const life = new Life(see)
        yield* TaskGroup.run("g", function* (group) {
          const setup = life.of(Effect.as(Effect.yieldNow, TaskGroup.ready("v", life.of(Effect.never))))
          yield* cancelling(way, group.start(setup))
          yield* group.cancelTasks()
          yield* group.awaitAll
          life.over("the tasks")
        })
      }
    )
  ),

  program(
    "what a task acquires is released when it ends, what the body does after the last task",
    ["S-41", "S-18"],
    function* (see) {
      let [body, task] = [0, 0]
      const open = (acquire: () => void, release: () => void) =>
        Effect.acquireRelease(Effect.sync(acquire), () => Effect.andThen(Effect.yieldNow, Effect.sync(release)))
      yield* TaskGroup.run("g", function* (group) {
        yield* open(
          () => void body++,
          () => {
            see.equal(task, 0, "the body's resources go last")
            body--
          }
        )
        const one = yield* group.spawn(
          Effect.andThen(
            open(
              () => void task++,
              () => void task--
            ),
            Effect.sync(() => see.equal(body, 1, "the body's are open"))
          )
        )
        yield* one.await
        see.equal(task, 0, "it is released when the task has ended")
      })
      see.equal([body, task], [0, 0], "all released")
    }
  ),

  program("a group keeps nothing of tasks that have ended", ["S-55"], function* (see) {
    yield* TaskGroup.run("g", function* (group) {
      const tasks = [yield* group.spawn(Effect.yieldNow), yield* group.spawn(Effect.void)]
      yield* Effect.all(
        tasks.map((task) => task.await),
        { concurrency: 2 }
      )
      see.equal(yield* group.size, 0, "nothing")
    })
  }),

  program("awaitAll waits for all tasks so far, but no daemon", ["S-39", "S-57"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      const daemon = yield* group.spawn(Effect.never, { daemon: true })
      yield* group.spawn(life.of(Effect.yieldNow))
      yield* group.spawn(life.of(Effect.yieldNow))
      yield* group.awaitAll
      life.over("awaitAll")
      see.equal(yield* daemon.status, "running", "the daemon is left alone")
    })
  }),

  program(
    "with a cleanupTimeout each task is waited for so long, and then reported",
    ["S-102", "S-103"],
    function* (see) {
      const cleaningFor = (millis: number) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.andThen(see.note(`${millis}`), Effect.ensuring(restore(Effect.never), Effect.sleep(millis)))
        )
      const began = yield* CancelScope.now
      const exit = yield* Effect.exit(
        TaskGroup.run({ name: "g", cleanupTimeout: 10 }, function* (group) {
          yield* group.spawn(cleaningFor(100), "stubborn")
          yield* group.spawn(cleaningFor(10), "in time")
          yield* group.spawn(Effect.fail("e"))
        })
      )
      const took = (yield* CancelScope.now) - began
      see.equal([errorOf(exit), took], ["e", see.log.length === 0 ? 0 : 10], "it ends after the limit")
      const late = see.log.includes("100") ? [["left behind", "stubborn"]] : []
      see.equal(
        see.told().map(({ kind, task }) => [kind, task]),
        late,
        "reported by itself"
      )
      yield* Effect.sleep(100)
    }
  )
]
