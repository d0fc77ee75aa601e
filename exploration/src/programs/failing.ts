import { Effect, Exit, Fiber, Option, References } from "effect"
import { CancelScope, Runtime, TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { together } from "../together.ts"

export const failingPrograms: ReadonlyArray<Program> = [
  program("every failure reaches a caller, or goes to the failure hook", ["S-91"], function* (see) {
    const failing = Effect.uninterruptible(Effect.andThen(see.note("failed"), Effect.fail("e")))
    const scope = yield* CancelScope.make("s")
    const body = TaskGroup.run("g", function* (group) {
      yield* group.spawn(failing, "t")
      yield* Effect.never
    })
    const [exit] = yield* Effect.all(
      [Effect.exit(CancelScope.enter(scope)(Effect.catch(body, () => see.note("caught")))), scope.cancel()],
      {
        concurrency: 2
      }
    )
    const caught = see.log.includes("caught") ? 1 : 0
    const given = Exit.isFailure(exit) ? 1 : 0
    const told = see.told().length
    if (see.log.includes("failed")) see.that(given + told + caught >= 1 || exit._tag === "Success", "somebody has it")
    see.that(given + told <= 1, "once")
  }),

  program("a hook that dies does not take the program with it", ["S-91"], function* (see) {
    const dying = TaskGroup.supervised("g", function* (group) {
      yield* group.spawn(Effect.fail("e"))
      const other = yield* group.spawn(Effect.succeed(1))
      see.equal(yield* other.join, 1, "the others go on")
    })
    yield* dying.pipe(
      Effect.provideService(Runtime.failureHook, () => Effect.die("hook")),
      Effect.provideService(References.CurrentLoggers, new Set())
    )
  }),

  program(
    "a group that was cut off gives no value, though its body has ended with one",
    ["S-298", "S-46"],
    function* (see) {
      const scope = yield* CancelScope.make("s")
      let marked = false
      const group = TaskGroup.run("g", function* (group) {
        yield* group.spawn(Effect.andThen(Effect.yieldNow, Effect.yieldNow))
        return "value"
      })
      const inside = Effect.map(group, () => see.that(!marked, "no value after the cancel has returned"))
      const cancel = Effect.sync(() => {
        scope.cancelUnsafe()
        marked = true
      })
      yield* together(CancelScope.enter(scope)(inside), cancel)
    }
  ),

  program("a fiber that is interrupted from outside is a cancel of what it runs", ["S-4", "S-2"], function* (see) {
    const life = new Life(see)
    let traced = false
    const look = Effect.map(CancelScope.trace, (trace) => void (traced = Option.isSome(trace)))
    let began = false
    const body = Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        Effect.sync(() => void (began = true)),
        Effect.ensuring(restore(life.of(Effect.never)), look)
      )
    )
    const fiber = yield* Effect.forkChild(CancelScope.run("s", () => body))
    yield* together(Fiber.interrupt(fiber), Fiber.interrupt(fiber))
    see.equal(traced, began, "cleanup can read it")
    life.over("the scope")
  })
]
