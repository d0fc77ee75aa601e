import { Context, Effect, Option, References } from "effect"
import { CancelScope, Timeout } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"

class Letter extends Context.Service<Letter, string>()("conformance/SetInside") {}

export const cancelScopeContext: ReadonlyArray<Scenario> = [
  scenario(
    "XK-02",
    "a scope entered in a release has its own deadline, and the outer cancel does not reach it",
    function* (t) {
      const scopes: Array<CancelScope.CancelScope> = []
      const flush = CancelScope.run({ name: "flush", timeout: 50 }, function* () {
        yield* t.log(Option.getOrUndefined(yield* CancelScope.effectiveDeadline))
        yield* Effect.sleep(200)
        yield* t.log("slept")
      })
      const release = Effect.flatMap(flush, (outcome) => t.log([outcome._tag, t.now]))
      const ended = yield* t.start(
        CancelScope.run({ name: "outer", deadline: 1000 }, (scope) => {
          scopes.push(scope)
          return t.onCancel(Effect.never, () => release)
        })
      )
      yield* t.at(10)
      yield* scopes[0]!.cancel()
      const { at, exit } = yield* t.endOf(ended)
      t.equal([at, exit._tag === "Success" && exit.value._tag], [60, "Cancelled"])
      t.logged(60, ["Cancelled", 60])
    }
  ),

  scenario(
    "XK-03",
    "what a completed scope's body changes in its context stays, and its spans are the caller's",
    function* (t) {
      const inside = Effect.gen(function* () {
        yield* Effect.annotateLogsScoped({ request: 7 })
        yield* Effect.withFiber((fiber) =>
          Effect.sync(() => fiber.setContext(Context.add(fiber.context, Letter, "set")))
        )
        yield* Effect.sleep(10)
        const parent = yield* Effect.withSpan(Effect.currentSpan, "inner")
        return Option.getOrUndefined(
          Option.map(parent.parent, (span) => (span._tag === "Span" ? span.name : "external"))
        )
      })
      const around = Effect.gen(function* () {
        const outcome = yield* CancelScope.run("scope", () => inside)
        const annotations = yield* References.CurrentLogAnnotations
        const letter = yield* Effect.withFiber((fiber) => Effect.succeed(Context.getOrUndefined(fiber.context, Letter)))
        return { outcome: { ...outcome }, annotations: { ...annotations }, letter }
      })
      t.equal(yield* Effect.withSpan(Effect.scoped(around), "caller"), {
        outcome: { _tag: "Completed", value: "caller" },
        annotations: { request: 7 },
        letter: "set"
      })
    }
  ),

  scenario(
    "TO-12",
    "a shielded timeout in a cancelled scope runs to its own deadline, and the hook sees its error",
    function* (t) {
      const scopes: Array<CancelScope.CancelScope> = []
      const ended = yield* t.start(
        CancelScope.run("outer", (scope) => {
          scopes.push(scope)
          const late = Timeout.failAfter(
            t.onCancel(Effect.sleep(1000), () => Effect.suspend(() => t.log(`cut at ${t.now}`))),
            100
          )
          return Effect.andThen(CancelScope.shield(late), t.log("after the shield"))
        })
      )
      yield* t.at(10)
      yield* scopes[0]!.cancel()
      const { at, exit } = yield* t.endOf(ended)
      t.equal([at, exit._tag === "Success" && exit.value._tag], [100, "Cancelled"])
      t.logged("cut at 100")
      const seen = t.reports.flatMap(({ cause }) =>
        cause.reasons.map((reason) => reason._tag === "Fail" && reason.error)
      )
      t.equal([seen.length, seen[0] instanceof Timeout.DeadlineExceeded], [1, true], "what the hook saw")
    }
  )
]
