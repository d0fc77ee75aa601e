import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Escaped } from "./Escaped.ts"
import type { ExploreOptions } from "./explore.ts"
import { attemptWatched, failureOf } from "./internal/explore/Exploration.ts"
import { subjectOf } from "./internal/explore/subjectOf.ts"
import { scheduleOf } from "./internal/search/token.ts"
import type { Problem } from "./Problem.ts"
import type { Program } from "./Program.ts"
import { StaleToken } from "./StaleToken.ts"

/**
 * Runs a program once, on the schedule that a token of `explore` stands for: the same choices at the same places, on any
 * machine that has the same program and the same version of Effect.
 *
 * - **Completes when** the program has, on exactly this schedule.
 * - **Fails when** the program does, or with what is wrong with it, as `VirtualClock.run` does. With `StaleToken` when the
 *   program is not the one that gave the token; with `Escaped` as `explore` does.
 * - **When cancelled**: it runs in one go, and does not wait.
 *
 * @example From the token of a failing schedule
 * ```ts
 * import { explore, replay } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.suspend(() => {
 *   let count = 0
 *   const add = Effect.gen(function* () {
 *     const before = yield* Effect.sync(() => count)
 *     yield* Effect.sync(() => void (count = before + 1))
 *   })
 *   return Effect.all([add, add], { concurrency: 2 }).pipe(
 *     Effect.andThen(Effect.suspend(() => (count === 2 ? Effect.void : Effect.fail(`counted ${count}`))))
 *   )
 * })
 * const tested = Effect.gen(function* () {
 *   const found = yield* Effect.flip(explore(program))
 *   if (found._tag === "FailingSchedule") return yield* Effect.flip(replay(program, found.token))
 * })
 * console.log(await Effect.runPromise(tested)) // => counted 1
 * ```
 *
 * @see explore for where the token comes from
 * @category running
 * @since 0.1.0
 */
export const replay = <A, E, R>(
  program: Program<A, E, R>,
  token: string,
  options: Pick<ExploreOptions, "maxSteps"> = {}
): Effect.Effect<A, E | Problem | StaleToken | Escaped, Exclude<R, Scope.Scope>> =>
  Effect.contextWith((context: Context.Context<Exclude<R, Scope.Scope>>) =>
    Effect.suspend((): Effect.Effect<A, E | Problem | StaleToken | Escaped> => {
      const wanted = scheduleOf(token)
      if (wanted === undefined) return Effect.fail(new StaleToken({ token }))
      const subject = subjectOf(program, context, options.maxSteps)
      const { ran, schedule, work } = attemptWatched(subject, wanted.turns)
      if (work.length > 0) return Effect.fail(new Escaped({ work }))
      if (schedule.print !== wanted.print) return Effect.fail(new StaleToken({ token }))
      const failure = failureOf(ran)
      // Without a failure it has ended.
      return failure === undefined ? ran.exit! : Effect.failCause(failure)
    })
  )
