import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as V from "vitest"
import { cancelEverywhere } from "../cancelEverywhere.ts"
import { explore } from "../explore.ts"
import { leavesNothing } from "../leavesNothing.ts"
import type { Program } from "../Program.ts"
import { replay } from "../replay.ts"
import { run } from "../VirtualClock.ts"
import { allow } from "./mayLeave.ts"
import { runTest } from "./runTest.ts"
import { howToRepeat, seedOf } from "./seed.ts"
import { makeTester, type Tester } from "./Tester.ts"
import {
  type CancelTestOptions,
  type ExploreTestOptions,
  forRun,
  forVitest,
  type LiveTestOptions,
  type VirtualTestOptions
} from "./TestOptions.ts"

/** Of the time of a test, what its program may take: its cleanup, too, and the report come before vitest gives it up. */
const share = 0.6

/** Vitest takes 0 for no limit. */
const patienceOf = ({ timeout }: V.TestContext["task"]): number => (timeout > 0 ? timeout * share : Infinity)

const manySteps =
  "It is run once or twice for each of its steps. Give it more time (timeout), or try some of the points only (samples)."

const seeded = <A, E, R>(program: Effect.Effect<A, E, R>, seed: number) => Random.withSeed(program, `seed ${seed}`)

/** What it forks as its children ends with it, before anybody looks at what is left. */
const inItsOwnFiber = <A, E>(program: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.forkChild(program, { startImmediately: true }), (fiber) =>
    Effect.onInterrupt(Fiber.join(fiber), () => Fiber.interrupt(fiber))
  )

const effect = makeTester<VirtualTestOptions>((program, options, { task }) => {
  const seed = seedOf(options.seed)
  allow(task, options.mayLeave ?? [])
  const { mayLeave = [], patience = patienceOf(task) } = options
  const rest = { ...options, mayLeave, patience }
  return {
    note: howToRepeat(seed, task),
    program:
      options.order === "seeded"
        ? run(program, { ...rest, seed })
        : run(seeded(program, seed), { ...rest, seed: undefined })
  }
})

const live = makeTester<LiveTestOptions>((program, options, { task }) => {
  const seed = seedOf(options.seed)
  allow(task, options.mayLeave ?? [])
  const whole = inItsOwnFiber(Effect.scoped(seeded(program, seed)))
  return { note: howToRepeat(seed, task), program: leavesNothing(whole, { mayLeave: options.mayLeave ?? [] }) }
})

const exploreTest: Methods["explore"] = (name, program, options) =>
  V.it(name, forVitest(options), (context) => {
    const { replay: token, ...given } = forRun(options)
    if (token !== undefined) return runTest(context, () => ({ note: "", program: replay(program, token, given) }))
    const seed = seedOf(given.seed)
    const note = `${howToRepeat(seed, context.task)}\nTo run a schedule that failed, and no other, give the test its token: { replay: "…" }.`
    return runTest(context, () => ({ note, program: explore(program, { ...given, seed }) }))
  })

const cancelTest: Methods["cancelEverywhere"] = (name, program, invariant, options) =>
  V.it(name, forVitest(options), (context) => {
    const { patience = patienceOf(context.task), ...given } = forRun(options)
    return runTest(context, () => ({
      note: "",
      whenLate: manySteps,
      // Sound: all that it requires is a resource scope, which it has.
      program: cancelEverywhere(program, invariant, { ...given, patience }) as Effect.Effect<unknown, unknown>
    }))
  })

/**
 * The kinds of tests that `it` registers besides vitest's own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Methods {
  /** On virtual time, as with `VirtualClock.run`. */
  readonly effect: Tester<VirtualTestOptions>
  /** On the real clock. */
  readonly live: Tester<LiveTestOptions>
  /** Under many schedules, as with `explore`; with `replay`, under one. */
  readonly explore: <A, E>(
    name: string,
    program: Program<A, E, Scope.Scope>,
    options?: number | ExploreTestOptions
  ) => void
  /** Cancelled at every step, as with `cancelEverywhere`. */
  readonly cancelEverywhere: <A, E, Verdict, World = undefined, E2 = never>(
    name: string,
    program: (world: World) => Effect.Effect<A, E, Scope.Scope>,
    invariant: (world: World, exit: Exit.Exit<A, E>) => Verdict,
    options?: number | CancelTestOptions<World, E2, Scope.Scope>
  ) => void
}

const methods: Methods = { effect, live, explore: exploreTest, cancelEverywhere: cancelTest }

/**
 * Vitest's `it`, and tests of Effect programs: `it.effect` on virtual time, `it.live` on the real clock, `it.explore`
 * under many schedules, `it.cancelEverywhere` cancelled at every step.
 *
 * Each test has a resource scope, and fails when it leaves something behind: fibers, timers, permits, waiters, items in
 * channels, listeners, handles of the operating system. `mayLeave` names what it leaves on purpose. (`it.explore` and
 * `it.cancelEverywhere` allow items, for a cancel may come before they are received.) Effect's `Random` gives other
 * numbers in each run; a test that fails says its seed, and with this in `FERRULE_SEED` it runs as it did.
 *
 * - **Fails when** the program does. Every failure of its cause is shown, assertions with their difference.
 * - **When cancelled**, because its time is up, the program is interrupted, and its cleanup ends before the next test.
 *
 * @example Ten years, and what is left of them
 * ```ts no-run
 * import { it } from "@ferrule/testing/vitest"
 * import { Clock, Effect } from "effect"
 * import { expect } from "vitest"
 *
 * it.effect("a sleep takes no time", () =>
 *   Effect.gen(function* () {
 *     yield* Effect.sleep("3650 days")
 *     expect(yield* Clock.currentTimeMillis).toBe(315_360_000_000)
 *   })
 * )
 *
 * it.effect.each([1, 2, 3])("%i hours are over when they are", (hours) => Effect.sleep(`${hours} hours`), {
 *   order: "seeded"
 * })
 *
 * it.live("the real clock takes its time", () => Effect.sleep("10 millis"))
 * ```
 *
 * @see VirtualClock.run for other test runners
 * @category testing
 * @since 0.1.0
 */
export const it: V.TestAPI & Methods = new Proxy(V.it as V.TestAPI & Methods, {
  // Not bound: vitest's own have statics of their own.
  get: (own, key, receiver) => Reflect.get(Object.hasOwn(methods, key) ? methods : own, key, receiver)
})
