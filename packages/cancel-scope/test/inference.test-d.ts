/** What TypeScript infers for cancel scopes, without a single annotation. These programs are checked, not run. */
import * as CancelScope from "@ferrule/cancel-scope"
import type { Clause } from "@ferrule/runtime"
import { Context, Effect, type Option } from "effect"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

class Db extends Context.Service<Db, string>()("test/Db") {}
declare const query: Effect.Effect<number, "refused", Db>
declare const scope: CancelScope.CancelScope

type Ran = Effect.Effect<CancelScope.Outcome<number>, "refused", Db>

// A body that is an effect, one that is a generator, one that takes no scope.
const effect = CancelScope.run("s", (scope) => Effect.andThen(scope.cancel("why"), query))
const generator = CancelScope.run({ name: "s", timeout: "1 second" }, function* (scope) {
  yield* scope.cancel()
  return yield* query
})
const bare = CancelScope.run("s", () => query)
holds<Equals<typeof effect, Ran>>()
holds<Equals<typeof generator, Ran>>()
holds<Equals<typeof bare, Ran>>()

const entered = query.pipe(CancelScope.enter(scope))
holds<Equals<typeof entered, Ran>>()

const shielded = [query.pipe(CancelScope.shield), query.pipe(CancelScope.shieldFor("1 second"))]
holds<Equals<typeof shielded, Array<Effect.Effect<number, "refused", Db>>>>()

// The value, or what is made of the trace, both ways round.
const orNone = Effect.map(effect, (outcome) => CancelScope.getOrElse(outcome, (trace) => trace.scope))
const orNoneLast = effect.pipe(Effect.map(CancelScope.getOrElse(() => null)))
holds<Equals<Effect.Success<typeof orNone>, number | string>>()
holds<Equals<Effect.Success<typeof orNoneLast>, number | null>>()

// The cancel as a clause: the trace, and no error.
holds<Equals<typeof scope.whenCancelled, Clause<CancelScope.CancelTrace>>>()

// An outcome is a union that its tag tells apart.
const told = Effect.map(effect, (outcome) => (outcome._tag === "Completed" ? outcome.value : outcome.trace.reason._tag))
holds<Equals<Effect.Success<typeof told>, number | CancelScope.CancelReason["_tag"]>>()

const nested = CancelScope.run("outer", () => CancelScope.run("inner", () => query))
holds<Equals<Effect.Success<typeof nested>, CancelScope.Outcome<CancelScope.Outcome<number>>>>()

holds<Equals<typeof CancelScope.trace, Effect.Effect<Option.Option<CancelScope.CancelTrace>>>>()
holds<Equals<typeof CancelScope.effectiveDeadline, Effect.Effect<Option.Option<number>>>>()

// A failing body keeps its errors, one that never ends has no value.
const never = CancelScope.run("s", () => Effect.never)
holds<Equals<typeof never, Effect.Effect<CancelScope.Outcome<never>>>>()

// @ts-expect-error -- a scope has a name
export const nameless = CancelScope.run({ timeout: 5 }, () => query)
// @ts-expect-error -- a reason is a message or a whole reason
scope.cancelUnsafe({ _tag: "Bored" })
