import * as Data from "effect/Data"
import { type FiberInfo, linesOf } from "./FiberInfo.ts"
import { countsOf, type LeftKind, type Leftover, lineOf } from "./Leftover.ts"

const maxLines = 20

/** Of fibers and timers some may be known by name only, so they are counted apart. */
const countAll = ({ fibers, timers, things }: LeftBehind): ReadonlyMap<LeftKind, number> => {
  const counts = new Map<LeftKind, number>()
  for (const { count, kind } of things) counts.set(kind, (counts.get(kind) ?? 0) + count)
  return counts.set("fibers", fibers).set("timers", timers)
}

const adviceFor = (counts: ReadonlyMap<LeftKind, number>): string => {
  const advice = [
    ...((counts.get("fibers") ?? 0) > 0 ? ["Cancel or await what runs, or spawn it in a task group."] : []),
    ...((counts.get("timers") ?? 0) > 0 && counts.get("fibers") === 0 ? ["Clear the timer when its owner ends."] : []),
    ...((counts.get("items") ?? 0) > 0 ? ["Receive the items, or say who takes them: onUndelivered."] : []),
    ...((["permits", "waiters", "listeners", "handles"] as const).some((kind) => counts.has(kind))
      ? ["Give back what is held in a finalizer: Effect.acquireRelease."]
      : [])
  ]
  return advice.join(" ")
}

/**
 * The program has ended, and something of it has not: fibers, timers that are still armed, permits that were not given
 * back, items that nobody received, listeners, handles of the operating system.
 *
 * @example A detached fiber outlives its program
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const heartbeat = Effect.forever(Effect.sleep("1 second"))
 * const program = Effect.forkDetach(heartbeat, { startImmediately: true })
 * const left = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * if (left._tag === "LeftBehind") console.log(left.fibers, left.timers) // => 1 1
 * ```
 *
 * @see leavesNothing for the same check on any clock
 * @category errors
 * @since 0.1.0
 */
export class LeftBehind extends Data.TaggedError("LeftBehind")<{
  readonly fibers: number
  readonly timers: number
  /** What is known of the fibers on `VirtualClock`; empty on another clock. */
  readonly known: ReadonlyArray<FiberInfo>
  /** All else, each with where it comes from; and what is known of timers, and of the fibers of another clock. */
  readonly things: ReadonlyArray<Leftover>
}> {
  override get message(): string {
    const counts = countAll(this)
    const words = countsOf(counts)
    const left = words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("")
    const lines = this.things.slice(0, maxLines).map(lineOf)
    const others = this.things.length - lines.length
    return [
      `left behind by a program that has ended: ${left}. ${adviceFor(counts)}`,
      linesOf(this.known, this.fibers),
      ...lines,
      others > 0 ? `\n  and ${others} more` : ""
    ].join("")
  }
}
