import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { CancelTrace } from "./CancelReason.ts"

/**
 * A failure that nobody can be given: a cleanup that died beside a typed error, a failure in a supervised group.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  readonly task: string
  readonly group: string
  readonly cause: Cause.Cause<unknown>
  readonly trace?: CancelTrace
  readonly kind: "failure" | "defect" | "left behind" | "rejection"
}

const log = ({ kind, task, group, cause }: Report): Effect.Effect<void> =>
  Effect.logError(`${kind}${kind === "left behind" ? ":" : " in"} task "${task}" of "${group}"`, cause)

/**
 * Where failures go that nobody can be given. By default they are logged as errors; nothing is silent.
 *
 * @example Collect the reports instead of logging them
 * ```ts
 * import { Effect } from "effect"
 * import { Runtime, TaskGroup } from "ferrule"
 *
 * const reports: Array<string> = []
 * const program = TaskGroup.supervised("jobs", function* (group) {
 *   yield* group.spawn(Effect.fail("no disk"), "backup")
 *   return "done"
 * }).pipe(
 *   Effect.provideService(Runtime.failureHook, (report) =>
 *     Effect.sync(() => {
 *       reports.push(`${report.group}/${report.task}: ${report.kind}`)
 *     })
 *   )
 * )
 * console.log(await Effect.runPromise(program), reports) // => done [ 'jobs/backup: failure' ]
 * ```
 *
 * @see TaskGroup.supervised for a hook of one group
 * @category hooks
 * @since 0.1.0
 */
export const failureHook: Context.Reference<(report: Report) => Effect.Effect<void>> = Context.Reference<
  (report: Report) => Effect.Effect<void>
>("~ferrule/runtime/0.1/failureHook", { defaultValue: () => log })

/**
 * Hands a report to the hook in force. A hook that dies itself is logged.
 *
 * @category hooks
 * @since 0.1.0
 */
export const report = (entry: Report): Effect.Effect<void> =>
  Effect.withFiber((fiber) =>
    Effect.catchCause(
      Effect.suspend(() => fiber.getRef(failureHook)(entry)),
      (cause) => Effect.andThen(Effect.logError("the failure hook itself failed", cause), log(entry))
    )
  )
