import * as Context from "effect/Context"
import * as Scheduler from "effect/Scheduler"

/** The scheduler of every fiber that was given no other. */
export const defaultScheduler = Context.get(Context.empty(), Scheduler.Scheduler)
