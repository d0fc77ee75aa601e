import * as Cause from "effect/Cause"
import * as Data from "effect/Data"

/**
 * What one fiber did from when it went on to when it stopped.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step {
  /** When it went on, in milliseconds of virtual time. */
  readonly at: number
  /** `main` is the program itself; tasks and bodies go by their names, other fibers are numbered as they come. */
  readonly who: string
  readonly operations: number
  /** The code of each `Effect.sync` among them. */
  readonly did: ReadonlyArray<string>
  /** Why it stopped. */
  readonly stop: "is preempted" | "waits" | "lets others run" | "ends"
  /** What it waits for, where that is of this library: `task "b"`, `a mutex`. */
  readonly on?: string
}

const maxLines = 30
const maxDid = 4

const stopOf = ({ stop, on }: Step): string => (on === undefined ? stop : `${stop} for ${on}`)

/** Time is told where it has moved. */
const lineOf = (step: Step, index: number, before: Step | undefined): string => {
  const { at, who, operations, did } = step
  const time = at === (before?.at ?? 0) ? [] : [`\n     at ${at} ms:`]
  const shown = did.slice(0, maxDid).map((code) => `\n       ${code}`)
  const more = did.length > maxDid ? [`\n       … and ${did.length - maxDid} more`] : []
  const count = `${operations} operation${operations === 1 ? "" : "s"}`
  return [...time, `\n  ${String(index + 1).padStart(2)} ${who}: ${count}, ${stopOf(step)}`, ...shown, ...more].join("")
}

/** Who has not gone on from a wait. */
const waitingAtTheEnd = (trace: ReadonlyArray<Step>): string => {
  const lastOf = new Map(trace.map((step) => [step.who, step]))
  const waiting = [...lastOf.values()].filter(({ stop }) => stop === "waits")
  if (waiting.length === 0) return ""
  return `\nStill waiting: ${waiting.map(({ who, on }) => (on === undefined ? who : `${who} (for ${on})`)).join(", ")}.`
}

const linesOf = (trace: ReadonlyArray<Step>): string => {
  // The end of it is what failed.
  const skipped = Math.max(0, trace.length - maxLines)
  const lines = trace.map((step, index) => lineOf(step, index, trace[index - 1])).slice(skipped)
  return [...(skipped > 0 ? [`\n  … ${skipped} before`] : []), ...lines, waitingAtTheEnd(trace)].join("")
}

/**
 * There is a schedule under which the program fails. It is the smallest that was found: nothing of it can be left out.
 *
 * @example Print who did what
 * ```ts
 * import { explore } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const transfer = Effect.suspend(() => {
 *   let balance = 0
 *   const deposit = Effect.gen(function* () {
 *     const before = yield* Effect.sync(() => balance)
 *     yield* Effect.sync(() => void (balance = before + 1))
 *   })
 *   return Effect.all([deposit, deposit], { concurrency: 2 }).pipe(
 *     Effect.andThen(Effect.suspend(() => (balance === 2 ? Effect.void : Effect.fail(`lost, ${balance} left`))))
 *   )
 * })
 * const found = await Effect.runPromise(Effect.flip(explore(transfer)))
 * if (found._tag === "FailingSchedule") console.log(found.choices, found.message.split("\n")[0]?.includes("lost")) // => 1 true
 * ```
 *
 * @see replay to run it again
 * @category errors
 * @since 0.1.0
 */
export class FailingSchedule extends Data.TaggedError("FailingSchedule")<{
  /** What the program failed with; a `Problem` stands in it as a failure. */
  readonly failure: Cause.Cause<unknown>
  /** Stands for the schedule: give it to `replay`. */
  readonly token: string
  readonly trace: ReadonlyArray<Step>
  /** How often somebody was stopped, or served out of turn. */
  readonly choices: number
  /** How many schedules had been tried when it was found, with it. */
  readonly schedules: number
}> {
  override get message(): string {
    // What more it says of fibers, the trace says better.
    const why = Cause.prettyErrors(this.failure)[0]?.message.split("\n")[0] ?? "interrupted"
    return `fails in schedule ${this.schedules}, which comes down to ${this.choices} choice${this.choices === 1 ? "" : "s"}: ${why}${linesOf(this.trace)}\nRun it again with replay(program, "${this.token}").`
  }
}
