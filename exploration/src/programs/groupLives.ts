import { Effect, Exit } from "effect"
import { TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, ways } from "../together.ts"
import { failuresOf } from "../ended.ts"

export const groupLifePrograms: ReadonlyArray<Program> = [
  program("run ends when the body and every task have ended", ["S-39", "S-40"], function* (see) {
    const life = new Life(see)
    const value = yield* TaskGroup.run("g", function* (group) {
      yield* group.spawn(life.of(Effect.yieldNow))
      yield* group.spawn(life.of(group.spawn(life.of(Effect.void))))
      return "v"
    })
    see.equal([value, life.begun], ["v", 3], "every task ran, also one that was spawned when the body had ended")
    life.over("the group")
  }),

  ...ways.map((way) =>
    program(
      `a cancelled group ends after its tasks and their cleanup, by ${way}`,
      ["S-39", "S-47", "S-2", "S-7"],
      function* (see) {
        const life = new Life(see)
        const group = TaskGroup.run("g", function* (group) {
          yield* group.spawn(life.of(Effect.yieldNow))
          yield* group.spawn(life.of(Effect.never))
          yield* Effect.never
        })
        yield* cancelling(
          way,
          Effect.ensuring(
            group,
            Effect.sync(() => life.over("the group"))
          )
        )
        life.over("all")
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `a cancel beside a spawn: the task runs and is awaited, or never runs, by ${way}`,
      ["S-50", "S-7", "S-39"],
      function* (see) {
        const life = new Life(see)
        const group = TaskGroup.run("g", function* (group) {
          const task = yield* group.spawn(life.of(Effect.void))
          see.that(Exit.isSuccess(yield* task.await), "what goes on after a spawn was not cancelled")
        })
        yield* cancelling(way, group)
        life.over("the group")
      }
    )
  ),

  ...ways.map((way) =>
    program(`what fails while a group is cancelled is not lost, by ${way}`, ["S-47", "S-91"], function* (see) {
      const stubborn = Effect.uninterruptible(Effect.andThen(see.note("began"), Effect.fail("late")))
      const group = TaskGroup.run("g", function* (group) {
        yield* group.spawn(stubborn, "stubborn")
        yield* Effect.never
      })
      const ended = yield* cancelling(way, group)
      const reported = see.told().length
      const seen = ended._tag === "failed" ? 1 : 0
      if (way === "interrupt" || see.log.length === 0) return
      see.equal(seen + reported, 1, "it is in the outcome around, or told to the failure hook")
    })
  ),

  program("the first failure cancels the others, body included, and is the group's", ["S-42", "S-44"], function* (see) {
    const life = new Life(see)
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(life.of(Effect.never))
        yield* group.spawn(Effect.fail("e"))
        yield* life.of(Effect.never)
      })
    )
    see.equal(failuresOf(exit), ["e"], "the failure")
    life.over("the group")
  }),

  program("a failing body cancels its tasks, whose cleanup is awaited", ["S-42"], function* (see) {
    const life = new Life(see)
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(life.of(Effect.never))
        yield* group.spawn(life.of(Effect.yieldNow))
        return yield* Effect.fail("body")
      })
    )
    see.equal(failuresOf(exit), ["body"], "the body's failure")
    life.over("the group")
  }),

  program("failures that cannot be stopped are all in the cause", ["S-44", "S-42"], function* (see) {
    const failing = (error: string) => Effect.uninterruptible(Effect.andThen(see.note(error), Effect.fail(error)))
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(failing("a"))
        yield* group.spawn(failing("b"))
        yield* failing("body")
      })
    )
    see.same(failuresOf(exit), see.log, "each of those that began")
  }),

  program("two equal failures are two; one that arrives by join, too, is one", ["S-44", "S-49"], function* (see) {
    const failing = Effect.uninterruptible(Effect.andThen(see.note("f"), Effect.fail("same")))
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        const a = yield* group.spawn(failing)
        yield* group.spawn(failing)
        yield* a.join
      })
    )
    see.equal(failuresOf(exit).length, see.log.length, "as many as failed")
    see.that(
      failuresOf(exit).every((error) => error === "same"),
      "and nothing else"
    )
  }),

  program("a defect beside a typed error rides along, and is told once", ["S-45", "S-91"], function* (see) {
    const dying = Effect.uninterruptible(Effect.andThen(see.note("d"), Effect.die("d")))
    const failing = Effect.uninterruptible(Effect.andThen(see.note("e"), Effect.fail("e")))
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(dying, "dies")
        yield* group.spawn(failing)
      })
    )
    const told = see.told().map(({ kind, task }) => `${kind} of ${task}`)
    see.same(failuresOf(exit), see.log, "failures gives all that happened")
    const mixed = see.log.length === 2
    see.equal(told, mixed ? ["defect of dies"] : [], "told once where there is an error")
    const reasons = Exit.isFailure(exit) ? exit.cause.reasons.map(({ _tag }) => _tag) : []
    see.oneOf(reasons, mixed ? [["Fail"]] : [["Fail"], ["Die"]], "if there is an error only errors are in the cause")
  }),

  program("interruptions are in the cause only when there is nothing else", ["S-46", "S-42"], function* (see) {
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(Effect.interrupt)
        yield* group.spawn(Effect.fail("e"))
        yield* Effect.yieldNow
      })
    )
    const tags = Exit.isFailure(exit) ? exit.cause.reasons.map(({ _tag }) => _tag) : []
    if (tags.includes("Fail")) see.equal(tags, ["Fail"], "beside an error there is no interruption")
  })
]
