import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Program } from "../../Program.ts"
import type { Subject } from "./Exploration.ts"

const defaultMaxSteps = 20_000

export const subjectOf = <A, E, R>(
  program: Program<A, E, R>,
  outer: Context.Context<Exclude<R, Scope.Scope>>,
  maxSteps = defaultMaxSteps
): Subject<A, E> => ({
  // Sound: it runs on this very context, and `scoped` gives the Scope.
  program: Effect.scoped(Effect.isEffect(program) ? program : Effect.suspend(program)) as Effect.Effect<A, E>,
  outer,
  maxSteps
})
