import { causeOf, type Failure, failWith, type Region, report, reportDefects } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"

/**
 * A shielded region whose parent was cancelled meanwhile cannot show a typed error: the parent's handlers do not run any
 * more. So it goes to the failure hook. Defects are loud and stay.
 */
export const failOrReport = <E>(
  region: Region<any, any>,
  failed: ReadonlyArray<Failure<E>>,
  interrupted: boolean
): Effect.Effect<never, E> => {
  const typed = failed.some(({ reason }) => Cause.isFailReason(reason))
  if (!interrupted || !region.shielded || !typed) return failWith(failed, region.name)
  const task = failed[0]!.task
  return Effect.andThen(
    report({ task, group: region.name, cause: causeOf(failed), kind: "failure" }),
    Effect.andThen(reportDefects(failed, region.name), Effect.failCause(Cause.interrupt()))
  )
}
