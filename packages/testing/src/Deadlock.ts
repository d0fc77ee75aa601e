import * as Data from "effect/Data"
import { counted, type FiberInfo, linesOf } from "./FiberInfo.ts"

/** `"a" for "b", "b" for "a"`. */
const circleOf = (cycle: ReadonlyArray<FiberInfo>): string => {
  const names = cycle.map(({ path }) => JSON.stringify(path.at(-1) ?? ""))
  return names.map((name, index) => `${name} for ${names[(index + 1) % names.length]}`).join(", ")
}

/**
 * Every task waits and no timer is armed: nothing can wake any of them. Says who waits, as far as that is known: fibers
 * by the names of their groups and tasks, for what of this library they wait, and the spans and functions of `Effect.fn`
 * they are in. Tasks that wait for each other's end are shown as a circle; who holds a lock is not known.
 *
 * @example Two transfers that take their locks in opposite order
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect, Semaphore } from "effect"
 * import { TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("bank", function* (group) {
 *   const [a, b] = [yield* Semaphore.make(1), yield* Semaphore.make(1)]
 *   const transfer = (from: Semaphore.Semaphore, to: Semaphore.Semaphore) =>
 *     Effect.sleep(10).pipe(to.withPermits(1), Effect.delay(10), from.withPermits(1))
 *   yield* group.spawn(transfer(a, b), "a to b")
 *   yield* group.spawn(transfer(b, a), "b to a")
 * })
 * const stuck = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * const tasks = stuck._tag === "Deadlock" ? stuck.waiting.map(({ path }) => path[1]) : []
 * console.log(stuck._tag, tasks.filter(Boolean)) // => Deadlock [ 'a to b', 'b to a' ]
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
  /** Tasks each of which waits for the end of the next, the last for the first; empty if no such are known. */
  readonly cycle: ReadonlyArray<FiberInfo>
}> {
  override get message(): string {
    const who = counted(this.fibers, "fiber")
    const look =
      this.cycle.length === 0
        ? "Look for what nobody completes, and for two that wait for each other."
        : `Tasks wait in a circle: ${circleOf(this.cycle)}.`
    return `deadlock at ${this.at} ms: no timer is armed, and all that is left waits (${who}). ${look}${linesOf(this.waiting, this.fibers)}`
  }
}
