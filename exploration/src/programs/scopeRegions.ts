import { Cause, Effect, Exit, Fiber, Option, References } from "effect"
import { CancelScope, Runtime, TaskGroup, Timeout } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { together } from "../together.ts"
import { reasonOf } from "../reasonOf.ts"

export const scopeRegionPrograms: ReadonlyArray<Program> = [
  program("run ends when its body has ended, cleanup included", ["S-10"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const life = new Life(see)
    const entered = Effect.tap(CancelScope.enter(scope)(life.of(Effect.yieldNow)), () =>
      Effect.sync(() => life.over("the scope"))
    )
    yield* together(entered, scope.cancel())
  }),

  program(
    "a cancel of an outer scope passes through; the outermost cancelled scope catches",
    ["S-11"],
    function* (see) {
      const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make("inner")]
      let innerGave = false
      const body = Effect.map(CancelScope.enter(inner)(Effect.never), () => void (innerGave = true))
      const [outcome] = yield* Effect.all(
        [CancelScope.enter(outer)(Effect.andThen(body, Effect.never)), inner.cancel("i"), outer.cancel("o")],
        { concurrency: 3 }
      )
      see.equal(reasonOf(outcome), "requested o", "the outermost catches")
      see.that(!innerGave || outcome._tag === "Cancelled", "an inner one gives an outcome only by its own cancel")
    }
  ),

  program(
    "a failure of the body is the failure of run, and so is a defect in its cleanup after a cancel",
    ["S-12"],
    function* (see) {
      const scope = yield* CancelScope.make("s")
      let began = false
      const body = Effect.uninterruptibleMask((restore) =>
        Effect.andThen(
          Effect.sync(() => void (began = true)),
          Effect.ensuring(restore(Effect.never), Effect.die("cleanup"))
        )
      )
      const [exit] = yield* Effect.all([Effect.exit(CancelScope.enter(scope)(body)), scope.cancel()], {
        concurrency: 2
      })
      see.equal(Exit.hasDies(exit), began, "the defect")
      const failed = yield* Effect.exit(CancelScope.run("f", () => Effect.fail("e")))
      see.equal(
        Option.getOrUndefined(Exit.isFailure(failed) ? Cause.findErrorOption(failed.cause) : Option.none()),
        "e",
        "the failure"
      )
    }
  ),

  program(
    "a shield keeps out an outer cancel, never the scope's own; nothing after it runs",
    ["S-13"],
    function* (see) {
      const outer = yield* CancelScope.make("outer")
      let [began, ended, after] = [false, false, false]
      const shielded = CancelScope.shield(
        Effect.andThen(
          Effect.sync(() => void (began = true)),
          Effect.andThen(
            Effect.sleep(1),
            Effect.sync(() => void (ended = true))
          )
        )
      )
      const body = Effect.andThen(
        shielded,
        Effect.sync(() => void (after = true))
      )
      const [outcome] = yield* Effect.all([CancelScope.enter(outer)(body), Effect.delay(outer.cancel(), 0)], {
        concurrency: 2
      })
      see.equal(ended, began, "what is shielded runs to its end")
      see.equal(after, outcome._tag === "Completed", "nothing after it runs if a cancel came")
    }
  ),

  program("a shielded scope's own cancel works", ["S-13"], function* (see) {
    const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make({ name: "inner", shield: true })]
    let own: string | undefined
    const body = Effect.map(CancelScope.enter(inner)(Effect.never), (outcome) => void (own = reasonOf(outcome)))
    yield* together(CancelScope.enter(outer)(body), outer.cancel("o"), Effect.delay(inner.cancel("i"), 1))
    see.oneOf(own, [undefined, "requested i"], "its own cancel, or it never began")
  }),

  program(
    "a shield that is let down lets a cancel that has come take effect at that moment",
    ["S-14"],
    function* (see) {
      const outer = yield* CancelScope.make("outer")
      const inner = yield* CancelScope.make({ name: "inner", shield: true })
      const life = new Life(see)
      const began = yield* CancelScope.now
      const body = CancelScope.enter(inner)(life.of(Effect.never))
      yield* together(CancelScope.enter(outer)(body), outer.cancel(), Effect.delay(inner.setShield(false), 5))
      see.oneOf((yield* CancelScope.now) - began, life.begun === 0 ? [0, 5] : [5], "then, and not before")
      life.over("the scope")
    }
  ),

  program("a shield for a time holds so long", ["S-14"], function* (see) {
    const outer = yield* CancelScope.make("outer")
    let began = false
    const body = Effect.uninterruptibleMask((restore) =>
      restore(
        CancelScope.shieldFor(5)(
          Effect.andThen(
            Effect.sync(() => void (began = true)),
            Effect.never
          )
        )
      )
    )
    const start = yield* CancelScope.now
    const [outcome] = yield* Effect.all([CancelScope.enter(outer)(body), outer.cancel("o")], { concurrency: 2 })
    see.equal(reasonOf(outcome), "requested o", "the outer cancel")
    if (began) see.equal((yield* CancelScope.now) - start, 5, "at the end of the shield")
  }),

  program(
    "a scope that is entered where interruption is masked is shielded; its own cancel works",
    ["S-15"],
    function* (see) {
      const outer = yield* CancelScope.make("outer")
      const inner = yield* CancelScope.make("inner")
      let own: string | undefined
      const body = Effect.uninterruptible(
        Effect.flatMap(CancelScope.enter(inner)(Effect.sleep(2)), (outcome) =>
          Effect.sync(() => void (own = reasonOf(outcome)))
        )
      )
      yield* together(CancelScope.enter(outer)(body), outer.cancel("o"), Effect.delay(inner.cancel("i"), 1))
      see.oneOf(own, [undefined, "requested i"], "the outer cancel is kept out, its own is not")
    }
  ),

  program("a scope is entered once, whoever is first", ["S-16"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const enter = Effect.exit(CancelScope.enter(scope)(Effect.as(Effect.yieldNow, 1)))
    const exits = yield* Effect.all([enter, enter], { concurrency: 2 })
    see.equal(exits.filter(Exit.isSuccess).length, 1, "the first use is unharmed")
    const other = exits.find(Exit.isFailure)
    see.that(
      other !== undefined && Cause.squash(other.cause) instanceof Runtime.ScopeReused,
      "the other is the defect ScopeReused"
    )
  }),

  program("a signal is aborted as soon as its scope is cancelled or ends, never before", ["S-17"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const { signal } = scope
    const cancel = Effect.sync(() => {
      scope.cancelUnsafe("x")
      return signal.aborted
    })
    const entered = CancelScope.enter(scope)(
      Effect.sync(() => see.that(!signal.aborted || scope.signal.aborted, "one signal"))
    )
    const [outcome, aborted] = yield* Effect.all([entered, cancel], { concurrency: 2 })
    see.that(aborted, "it is aborted when the cancel returns")
    see.that(signal.aborted, "and when it has ended")
    void outcome
  }),

  program(
    "resources of a scope are released after every task in it has ended, the last first",
    ["S-18", "S-39"],
    function* (see) {
      const scope = yield* CancelScope.make("s")
      const life = new Life(see)
      const resource = (name: string) =>
        Effect.acquireRelease(Effect.void, () =>
          Effect.andThen(
            Effect.sync(() => life.over("the tasks")),
            see.note(name)
          )
        )
      const body = Effect.scoped(
        Effect.gen(function* () {
          yield* resource("a")
          yield* resource("b")
          yield* TaskGroup.run("g", (group) => group.spawn(life.of(Effect.yieldNow)))
        })
      )
      yield* together(CancelScope.enter(scope)(body), scope.cancel())
      see.oneOf(see.log, [[], ["a"], ["b", "a"]], "the last acquired first")
    }
  ),

  program("what a completed body changed in its context is there after the scope", ["S-19"], function* (see) {
    const scope = yield* CancelScope.make("s")
    const read = Effect.map(References.CurrentLogAnnotations, (annotations) => annotations["k"])
    const entered = Effect.scoped(
      Effect.gen(function* () {
        const outcome = yield* CancelScope.enter(scope)(
          Effect.andThen(Effect.annotateLogsScoped({ k: "v" }), Effect.yieldNow)
        )
        return [outcome._tag, yield* read]
      })
    )
    const [seen] = yield* Effect.all([entered, scope.cancel()], { concurrency: 2 })
    if (seen[0] === "Completed") see.equal(seen[1], "v", "it is there")
  }),

  program(
    "with a cleanupTimeout a cancelled scope is waited for so long, and what is left goes on",
    ["S-101", "S-103"],
    function* (see) {
      let [began, finished] = [false, false]
      const body = Effect.uninterruptibleMask((restore) =>
        Effect.andThen(
          Effect.sync(() => void (began = true)),
          Effect.ensuring(
            restore(Effect.never),
            Effect.andThen(
              Effect.sleep(100),
              Effect.sync(() => void (finished = true))
            )
          )
        )
      )
      const scope = yield* CancelScope.make({ name: "s", cleanupTimeout: 10 })
      const start = yield* CancelScope.now
      const [outcome] = yield* Effect.all([CancelScope.enter(scope)(body), scope.cancel("x")], { concurrency: 2 })
      see.equal(
        [reasonOf(outcome), (yield* CancelScope.now) - start],
        ["requested x", began ? 10 : 0],
        "it returns after the limit"
      )
      see.equal(
        see.told().map(({ kind }) => kind),
        began ? ["left behind"] : [],
        "the hook is told"
      )
      yield* Effect.sleep(100)
      see.equal(finished, began, "it goes on by itself")
    }
  ),

  program("cleanup that ends at the last instant is in time", ["S-101", "S-93"], function* (see) {
    const scope = yield* CancelScope.make({ name: "s", cleanupTimeout: 10 })
    const body = Effect.ensuring(Effect.never, Effect.sleep(10))
    yield* together(CancelScope.enter(scope)(body), scope.cancel())
    see.equal(see.told().length, 0, "nothing is left behind")
  }),

  program("a deadline is a cancel as any other: whichever is first", ["S-3", "S-20", "S-10"], function* (see) {
    const scope = yield* CancelScope.make({ name: "s", timeout: 5 })
    const life = new Life(see)
    const entered = Effect.map(CancelScope.enter(scope)(life.of(Effect.never)), reasonOf)
    const [reason] = yield* Effect.all([entered, Effect.delay(scope.cancel("x"), 5)], { concurrency: 2 })
    see.equal(reason, "requested x", "a sleeper of an instant comes before the deadlines of that instant")
    life.over("the scope")
  }),

  program(
    "scopes and timeouts in one another: each cleanup runs once, whoever is cancelled",
    ["S-11", "S-2", "S-23"],
    function* (see) {
      const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make("inner")]
      const life = new Life(see)
      const innermost = Timeout.moveOnAfter(life.of(Effect.sleep(2)), 1)
      const body = life.of(CancelScope.enter(inner)(life.of(innermost)))
      const fiber = yield* Effect.forkChild(CancelScope.enter(outer)(body))
      yield* together(inner.cancel(), Effect.delay(outer.cancel(), 1), Effect.delay(Fiber.interrupt(fiber), 1))
      life.over("all")
    }
  )
]
