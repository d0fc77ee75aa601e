/** A small program that claims a rule of docs/semantics.md, and is run under many schedules. */
import { Effect, type Scope } from "effect"
import { Runtime } from "ferrule"
import { World } from "./World.ts"

export type Rule = `S-${number}`

export interface Program {
  /** What it claims, present tense. */
  readonly claim: string
  readonly rules: ReadonlyArray<Rule>
  /** Fails, with what it saw, when the claim does not hold. */
  readonly make: () => Effect.Effect<void, unknown>
}

/** `body` claims through the world that it is given; that it fails, dies or is interrupted breaks the claim, too. */
export const program = <Step extends Effect.Effect<any, any, Scope.Scope>>(
  claim: string,
  rules: ReadonlyArray<Rule>,
  body: (see: World) => Generator<Step, void, never>
): Program => ({
  claim,
  rules,
  make: () => {
    const see = new World()
    // Sound: each of its steps requires at most the Scope.
    const claimed = Effect.gen(() => body(see)) as Effect.Effect<void, unknown, Scope.Scope>
    return Effect.scoped(claimed).pipe(
      Effect.andThen(Effect.suspend(() => see.verdict)),
      Effect.provideService(Runtime.failureHook, see.hear)
    )
  }
})
