import * as Data from "effect/Data"
import { counted, type FiberInfo, linesOf } from "./FiberInfo.ts"
import type { WaitsInCircle } from "./WaitsInCircle.ts"

/** `"a" waits for mutex "m", held by "b"; "b" waits for task "a"`. */
const circleOf = (cycle: ReadonlyArray<WaitsInCircle>): string =>
  cycle
    .map(({ called, isHeld, on }, index) => {
      const next = cycle[(index + 1) % cycle.length]!.called
      return `${called} waits for ${on}${isHeld ? `, held by ${next}` : ""}`
    })
    .join("; ")

/**
 * Every task waits and no timer is armed: nothing can wake any of them. Says who waits, as far as that is known: fibers
 * by the names of their groups and tasks, for what of this library they wait, and the spans and functions of `Effect.fn`
 * they are in. Tasks that wait in a circle, for each other's end or for locks and permits that the other one holds, are
 * shown as that, as far as these are of this library.
 *
 * @example Two transfers that take their locks in opposite order
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("bank", function* (group) {
 *   const [a, b] = [yield* Sync.namedMutex("a"), yield* Sync.namedMutex("b")]
 *   const transfer = (from: Sync.Mutex, to: Sync.Mutex) => Effect.sleep(10).pipe(to, Effect.delay(10), from)
 *   yield* group.spawn(transfer(a, b), "a to b")
 *   yield* group.spawn(transfer(b, a), "b to a")
 * })
 * const stuck = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * const circle = stuck._tag === "Deadlock" ? stuck.cycle : []
 * for (const { called, on } of circle) console.log(called, "waits for", on)
 * // => "a to b" waits for mutex "b"
 * // => "b to a" waits for mutex "a"
 * ```
 *
 * @see Livelock for a program that never waits
 * @category errors
 * @since 0.1.0
 */
export class Deadlock extends Data.TaggedError("Deadlock")<{
  /** Milliseconds of virtual time since the start. */
  readonly at: number
  readonly fibers: number
  readonly waiting: ReadonlyArray<FiberInfo>
  /** Those who wait, each for the next or for what it holds, the last for the first; empty if no such are known. */
  readonly cycle: ReadonlyArray<WaitsInCircle>
}> {
  override get message(): string {
    const who = counted(this.fibers, "fiber")
    const look =
      this.cycle.length === 0
        ? "Look for what nobody completes, and for two that wait for each other."
        : `They wait in a circle: ${circleOf(this.cycle)}.`
    return `deadlock at ${this.at} ms: no timer is armed, and all that is left waits (${who}). ${look}${linesOf(this.waiting, this.fibers)}`
  }
}
