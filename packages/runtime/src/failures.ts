/**
 * One flat cause out of many failures.
 *
 * Effect's `catch` turns every `Fail` beside a `Die` into a `Die`, so the two never leave together: where there is a
 * typed error the cause holds the typed errors only, and the defects ride along as an annotation of the first one.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { report } from "./failureHook.ts"

/** Who failed first with this; one object for each failure that happened, so equal errors of two tasks stay two. */
interface Origin {
  readonly task: string
  reported: boolean
}

class OriginAnnotation extends Context.Service<OriginAnnotation, Origin>()("~ferrule/runtime/0.1/Origin") {}

class RidingAnnotation extends Context.Service<RidingAnnotation, ReadonlyArray<Failure>>()(
  "~ferrule/runtime/0.1/Riding"
) {}

/**
 * A failure, and the task that failed with it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failure<out E = unknown> {
  readonly task: string
  readonly reason: Cause.Reason<E>
}

const originOf = (reason: Cause.Reason<unknown>): Origin | undefined =>
  Context.getOrUndefined(Cause.reasonAnnotations(reason), OriginAnnotation)

const ridingOf = (reason: Cause.Reason<unknown>): ReadonlyArray<Failure> | undefined =>
  Context.getOrUndefined(Cause.reasonAnnotations(reason), RidingAnnotation)

/**
 * All failures of a group, scope, timeout or race, in time order, each with its task: also the defects that came
 * beside a typed error, which the cause itself does not hold. Interruptions are not failures.
 *
 * @example A cleanup that died beside an error
 * ```ts
 * import { Cause, Effect } from "effect"
 * import { CancelScope, Runtime, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   yield* group.spawn(Effect.never.pipe(Effect.ensuring(Effect.die("cleanup"))), { name: "a", immediate: true })
 *   yield* group.spawn(Effect.fail("no disk"), "b")
 * }).pipe(Effect.provideService(Runtime.failureHook, () => Effect.void))
 * const failed = await Effect.runPromise(Effect.flip(Effect.sandbox(program)))
 * for (const { task, reason } of CancelScope.failures(failed)) console.log(task, reason._tag)
 * // => b Fail
 * // => a Die
 * console.log(failed.reasons.map((reason) => reason._tag)) // => [ 'Fail' ]
 * ```
 *
 * @see Runtime.failureHook to be told of them as they happen
 * @category failures
 * @since 0.1.0
 */
export const failures = <E>(cause: Cause.Cause<E>): ReadonlyArray<Failure<E>> => {
  // What a cancel ends with, a hundred thousand times over.
  if (Cause.hasInterruptsOnly(cause)) return []
  // An error may have been mapped on its way: the reasons in the cause are newer than what rides along.
  const present = new Map<Origin, Cause.Reason<E>>()
  for (const reason of cause.reasons) {
    const origin = originOf(reason)
    if (origin !== undefined) present.set(origin, reason)
  }
  const found: Array<Failure<E>> = []
  const seen = new Set<Origin>()
  const add = (task: string, reason: Cause.Reason<E>): void => {
    const origin = originOf(reason)
    if (origin !== undefined && seen.has(origin)) return
    if (origin !== undefined) seen.add(origin)
    found.push({ task, reason })
  }
  for (const reason of cause.reasons) {
    // Sound: what rides is the rest of the very list of failures that this cause of E was built from.
    for (const failure of (ridingOf(reason) ?? []) as ReadonlyArray<Failure<E>>) {
      const newer = present.get(originOf(failure.reason)!)
      if (newer !== undefined || !Cause.isFailReason(failure.reason)) add(failure.task, newer ?? failure.reason)
    }
    if (!Cause.isInterruptReason(reason)) add(originOf(reason)?.task ?? "", reason)
  }
  return found
}

/**
 * The failures of a cause as failures of `task`: those that were another task's first stay that task's.
 *
 * @category building
 * @since 0.1.0
 */
export const failuresIn = <E>(cause: Cause.Cause<E>, task: string): Array<Failure<E>> =>
  failures(cause).map(({ task: first, reason }) =>
    originOf(reason) === undefined
      ? { task, reason: reason.annotate(Context.make(OriginAnnotation, { task, reported: false })) }
      : { task: first, reason }
  )

const once = <E>(list: ReadonlyArray<Failure<E>>): Array<Failure<E>> => {
  const seen = new Set<Origin | Cause.Reason<E>>()
  return list.filter(({ reason }) => {
    const key = originOf(reason) ?? reason
    return seen.has(key) ? false : seen.add(key)
  })
}

/**
 * One flat cause: the typed errors if there are any, else the defects, each once, in the order given. Defects beside
 * typed errors ride along.
 *
 * @category building
 * @since 0.1.0
 */
export const causeOf = <E>(list: ReadonlyArray<Failure<E>>): Cause.Cause<E> => {
  const all = once(list)
  const typed = all.filter(({ reason }) => Cause.isFailReason(reason))
  if (typed.length === 0 || typed.length === all.length) return Cause.fromReasons(all.map(({ reason }) => reason))
  const [first, ...rest] = typed.map(({ reason }) => reason)
  return Cause.fromReasons([first!.annotate(Context.make(RidingAnnotation, all), { overwrite: true }), ...rest])
}

/**
 * Fails with one flat cause, as `causeOf` makes it; the defects that only ride along go to the failure hook, too.
 *
 * @category building
 * @since 0.1.0
 */
export const failWith = <E>(list: ReadonlyArray<Failure<E>>, group: string): Effect.Effect<never, E> => {
  const failed = Effect.failCause(causeOf(list))
  return list.some(({ reason }) => Cause.isFailReason(reason))
    ? Effect.andThen(reportDefects(list, group), failed)
    : failed
}

/**
 * Fails with one typed error, as a failure of `task`.
 *
 * @category building
 * @since 0.1.0
 */
export const failAs = <E>(error: E, task: string): Exit.Exit<never, E> =>
  Exit.failCause(
    Cause.fromReasons([Cause.makeFailReason(error).annotate(Context.make(OriginAnnotation, { task, reported: false }))])
  )

/**
 * Hands every defect of the list that was not reported yet to the failure hook.
 *
 * @category building
 * @since 0.1.0
 */
export const reportDefects = (list: ReadonlyArray<Failure>, group: string): Effect.Effect<void> =>
  reportAll(
    list.filter(({ reason }) => Cause.isDieReason(reason)),
    group
  )

/**
 * The failures of the list that the exit does not hold.
 *
 * @category building
 * @since 0.1.0
 */
export const missingIn = (list: ReadonlyArray<Failure>, exit: Exit.Exit<unknown, unknown>): Array<Failure> => {
  const held = Exit.isSuccess(exit) ? [] : failures(exit.cause)
  const origins = new Set(held.map(({ reason }) => originOf(reason)))
  return list.filter(({ reason }) => !origins.has(originOf(reason)))
}

/**
 * Hands every failure of the list that was not reported yet to the failure hook, for nobody can be given it.
 *
 * @category building
 * @since 0.1.0
 */
export const reportAll = (list: ReadonlyArray<Failure>, group: string): Effect.Effect<void> =>
  Effect.forEach(
    list,
    ({ task, reason }) => {
      const origin = originOf(reason)
      if (origin?.reported === true) return Effect.void
      if (origin !== undefined) origin.reported = true
      const kind = Cause.isFailReason(reason) ? "failure" : "defect"
      return report({ task, group, cause: Cause.fromReasons([reason]), kind })
    },
    { discard: true }
  )
