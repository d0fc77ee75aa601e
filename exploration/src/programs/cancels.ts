import { Effect, Option } from "effect"
import { CancelScope, Channel, Sync, TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { together } from "../together.ts"
import { reasonOf } from "../reasonOf.ts"

export const cancelPrograms: ReadonlyArray<Program> = [
  program("a cancel marks its scope and all below before it returns", ["S-1"], function* (see) {
    const outer = yield* CancelScope.make("outer")
    const inner = yield* CancelScope.make("inner")
    let entered = false
    const inside = CancelScope.enter(outer)(
      CancelScope.enter(inner)(
        Effect.andThen(
          Effect.sync(() => void (entered = true)),
          Effect.never
        )
      )
    )
    yield* together(
      Effect.exit(inside),
      Effect.gen(function* () {
        const was = entered
        yield* outer.cancel("x")
        see.that(Option.isSome(yield* outer.cancelled), "the scope is marked")
        if (was) see.that(Option.isSome(yield* inner.cancelled), "and what is below it")
        see.equal(yield* inner.cancelRequested, false, "nobody asked the inner one")
      })
    )
  }),

  program("cancelAndWait returns when the cleanup has ended", ["S-1", "S-2"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const life = new Life(see)
    const wait = Effect.andThen(
      scope.cancelAndWait(),
      Effect.sync(() => life.over("the scope"))
    )
    yield* together(CancelScope.enter(scope)(life.of(Effect.never)), wait, wait)
  }),

  program("a cancel cannot be caught; cleanup runs once, in order, before the end", ["S-2", "S-10"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const body = Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        see.note("began"),
        restore(Effect.never).pipe(
          Effect.catchCause(() => see.note("caught")),
          Effect.ensuring(Effect.andThen(Effect.yieldNow, see.note("first"))),
          Effect.ensuring(Effect.andThen(Effect.sleep(1), see.note("second")))
        )
      )
    )
    const entered = Effect.tap(CancelScope.enter(scope)(body), (outcome) => see.note(outcome._tag))
    yield* together(entered, scope.cancel())
    const log = see.log.filter((entry) => entry !== "caught")
    see.oneOf(log, [["Cancelled"], ["began", "first", "second", "Cancelled"]], "in order")
  }),

  program("the first reason stays", ["S-3"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const asked: Array<string> = []
    const ask = (reason: string) =>
      Effect.sync(() => {
        scope.cancelUnsafe(reason)
        asked.push(reason)
      })
    const entered = Effect.map(CancelScope.enter(scope)(Effect.never), reasonOf)
    const [reason] = yield* Effect.all([entered, ask("a"), ask("b"), scope.setDeadline(0)], {
      concurrency: "unbounded"
    })
    see.oneOf(reason, [`requested ${asked[0]}`, "DeadlinePassed"], "whichever was first")
    const [again] = [yield* scope.cancelled]
    see.that(
      Option.isSome(again) && reason === reasonOf({ _tag: "Cancelled", trace: again.value }),
      "it is still that one"
    )
  }),

  program("cleanup can read why, and who asked", ["S-4"], function* (see) {
    yield* TaskGroup.run("g", function* (group) {
      const scope = yield* CancelScope.make("s")
      let seen: CancelScope.CancelTrace | undefined
      let began = false
      const look = Effect.map(CancelScope.trace, (trace) => void (seen = Option.getOrUndefined(trace)))
      const body = Effect.uninterruptibleMask((restore) =>
        Effect.andThen(
          Effect.sync(() => void (began = true)),
          Effect.ensuring(restore(Effect.never), look)
        )
      )
      const asker = yield* group.spawn(scope.cancel("why"), "asker")
      const outcome = yield* CancelScope.enter(scope)(body)
      yield* asker.await
      see.equal(reasonOf(outcome), "requested why", "the reason")
      if (began) see.equal([seen?.scope, seen?.by], ["s", "asker"], "the scope that was asked, and who asked")
    })
  }),

  program("code that cancels its own scope stops at its next operation", ["S-5"], function* (see) {
    const outcome = yield* CancelScope.run("s", (scope) =>
      Effect.andThen(scope.cancel("own"), Effect.andThen(Effect.void, see.note("after")))
    )
    const other = yield* CancelScope.run("s", (scope) =>
      Effect.sync(() => {
        scope.cancelUnsafe("own")
        return "value"
      })
    )
    see.equal(
      [reasonOf(outcome), see.log, other._tag === "Completed" && other.value],
      ["requested own", [], "value"],
      "a value that is returned before the cancel arrives is kept"
    )
  }),

  program("in a marked scope operations are refused before they act", ["S-6"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 4 })
    const semaphore = yield* Sync.semaphore(1)
    let marked: number | undefined
    const body = Effect.gen(function* () {
      yield* sender.send(1)
      yield* sender.send(2)
      yield* semaphore.withPermits(1)(Effect.void)
      yield* sender.send(3)
    })
    const look = Effect.map(receiver.statistics, ({ sent }) => void (marked = sent))
    yield* together(
      CancelScope.enter(scope)(Effect.catchCause(body, () => Effect.void)),
      Effect.andThen(scope.cancel(), look)
    )
    see.equal((yield* receiver.statistics).sent, marked, "nothing is sent after the cancel has returned")
    see.equal(yield* semaphore.available, 1, "no permit is taken")
  }),

  program("what was cancelled before its first step never runs", ["S-7", "S-17"], function* (see) {
    const scope = yield* CancelScope.make("s")
    let [entered, marked] = [false, false]
    const life = new Life(see)
    // Where a scheduler stops a scope's fiber after its first operation, the scope has begun, though not its body.
    const enter = Effect.suspend(() => {
      entered = true
      if (marked) see.log.push("entered late")
      return CancelScope.enter(scope)(life.of(Effect.void))
    })
    const cancel = Effect.andThen(
      scope.cancel(),
      Effect.sync(() => void (marked = !entered))
    )
    yield* together(cancel, enter)
    if (see.log.length > 0) see.equal(life.begun, 0, "neither body nor finalizers")
    life.over("the scope")
    const before = life.begun
    const controller = new AbortController()
    controller.abort("gone")
    const outcome = yield* CancelScope.run({ name: "linked", signal: controller.signal }, () => life.of(Effect.void))
    see.equal(reasonOf(outcome), "Aborted", "a scope that is linked to an aborted signal runs nothing")
    see.equal(life.begun, before, "nor here")
  }),

  program("what cannot be interrupted runs to its end, and then its value is dropped", ["S-8"], function* (see) {
    const scope = yield* CancelScope.make("s")
    let [began, ended] = [false, false]
    const body = Effect.uninterruptible(
      Effect.andThen(
        Effect.sync(() => void (began = true)),
        Effect.andThen(
          Effect.yieldNow,
          Effect.sync(() => void (ended = true))
        )
      )
    )
    yield* together(CancelScope.enter(scope)(body), scope.cancel())
    see.equal(ended, began, "it runs to its end")
  }),

  program("to cancel what has ended does nothing", ["S-9"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const [outcome] = yield* Effect.all(
      [CancelScope.enter(scope)(Effect.succeed(1)), Effect.andThen(Effect.sleep(1), scope.cancel("late"))],
      { concurrency: 2 }
    )
    see.equal(outcome, { _tag: "Completed", value: 1 }, "completed")
    see.that(Option.isNone(yield* scope.cancelled), "it is not cancelled")
  })
]
