import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as V from "vitest"
import { forRun, forVitest } from "./TestOptions.ts"
import { runTest, type Subject } from "./runTest.ts"

/**
 * Registers a test. It has a resource scope of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Test<Options extends Omit<V.TestOptions, "only">> {
  <A, E>(
    name: string,
    self: (context: V.TestContext) => Effect.Effect<A, E, Scope.Scope>,
    options?: number | Options
  ): void
}

/**
 * Registers tests of one kind, with the modifiers of vitest's `it`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tester<Options extends Omit<V.TestOptions, "only">> extends Test<Options> {
  /** A test that is left out. */
  readonly skip: Test<Options>
  /** The only test of its file, with others that say so. */
  readonly only: Test<Options>
  /** A test that passes if it fails. */
  readonly fails: Test<Options>
  /** Left out if the condition holds. */
  skipIf(condition: unknown): Test<Options>
  /** Left out unless the condition holds. */
  runIf(condition: unknown): Test<Options>
  /** One test for each case, which is its first argument; `%s` in the name is the case. */
  each<Case>(
    cases: ReadonlyArray<Case>
  ): <A, E>(
    name: string,
    self: (given: Case, context: V.TestContext) => Effect.Effect<A, E, Scope.Scope>,
    options?: number | Options
  ) => void
}

/** Vitest looks at the text of a test for the fixtures that it wants, so a wrapper shows that of what it wraps. */
const withTextOf = <F extends object>(source: unknown, f: F): F =>
  Object.defineProperty(f, "toString", { value: () => String(source) })

type Registers = (name: string, options: V.TestOptions, test: (context: V.TestContext) => Promise<void>) => void

/** Tests whose program runs as `subjectOf` says. */
export const makeTester = <Options extends Omit<V.TestOptions, "only">>(
  subjectOf: <A, E>(
    program: Effect.Effect<A, E, Scope.Scope>,
    options: Partial<Options>,
    context: V.TestContext
  ) => Subject
): Tester<Options> => {
  const registering =
    (register: Registers): Test<Options> =>
    (name, self, options) =>
      register(
        name,
        forVitest(options),
        withTextOf(self, (context: V.TestContext) =>
          runTest(context, () => subjectOf(self(context), forRun(options), context))
        )
      )
  const each: Tester<Options>["each"] = (cases) => (name, self, options) =>
    V.it.for(cases)(
      name,
      forVitest(options),
      withTextOf(self, (given: (typeof cases)[number], context: V.TestContext) =>
        runTest(context, () => subjectOf(self(given, context), forRun(options), context))
      )
    )
  return Object.assign(registering(V.it), {
    skip: registering(V.it.skip),
    only: registering(V.it.only),
    fails: registering(V.it.fails),
    skipIf: (condition: unknown) => registering(V.it.skipIf(condition)),
    runIf: (condition: unknown) => registering(V.it.runIf(condition)),
    each
  })
}
