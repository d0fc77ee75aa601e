import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import { type CancelNode, taskNameOf } from "./CancelNode.ts"
import type { Report } from "./failureHook.ts"

/**
 * What the failure hook is told of code that was cancelled and had not ended when its `cleanupTimeout` was over: whose
 * it is, and how old. It goes on, and nobody awaits it.
 *
 * A promise that ignores its signal is told of like that when it is run masked, so that it is waited for as cleanup is.
 * (An `Effect.promise` that is interrupted forgets its promise at once, and nobody can know how it goes on.)
 *
 * @example A promise that ignores its signal
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Runtime } from "ferrule"
 *
 * const legacy = (_signal: AbortSignal) => new Promise<void>((done) => setTimeout(done, 100))
 * const limits = { timeout: "10 millis", cleanupTimeout: "10 millis" } as const
 * const program = CancelScope.run({ name: "legacy", ...limits }, (scope) =>
 *   Effect.uninterruptible(Effect.promise(() => legacy(scope.signal)))
 * )
 * const told = Effect.provideService(program, Runtime.failureHook, ({ kind, task }) =>
 *   Effect.sync(() => console.log(`${kind}: ${task}`))
 * )
 * console.log((await Effect.runPromise(told))._tag)
 * // => left behind: legacy
 * // => Cancelled
 * ```
 *
 * @see failureHook
 * @category errors
 * @since 0.1.0
 */
export class CleanupTimedOut extends Data.TaggedError("CleanupTimedOut")<{
  readonly task: string
  /** The group, or the cancel scope, that has let it go. */
  readonly group: string
  /** How long ago it was started. */
  readonly age: Duration.Duration
  /** How long it was given to clean up. */
  readonly cleanupTimeout: Duration.Duration
}> {
  override get message(): string {
    const [age, given] = [this.age, this.cleanupTimeout].map((length) => Duration.format(length))
    return `left behind: "${this.task}" of "${this.group}", ${age} old, has not ended ${given} after it was cancelled. Make its cleanup end, or give it a longer cleanupTimeout.`
  }
}

/**
 * The report of code that is left behind.
 *
 * @category building
 * @since 0.1.0
 */
export const leftBehind = (node: CancelNode, group: string, age: number, cleanupTimeout: number): Report => {
  const task = taskNameOf(node)
  const millis = { age: Duration.millis(Math.round(age)), cleanupTimeout: Duration.millis(cleanupTimeout) }
  const entry = {
    task,
    group,
    cause: Cause.die(new CleanupTimedOut({ task, group, ...millis })),
    kind: "left behind"
  } as const
  return node.trace === undefined ? entry : { ...entry, trace: node.trace }
}
