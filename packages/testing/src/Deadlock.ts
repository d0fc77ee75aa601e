import * as Data from "effect/Data"
import { counted, type FiberInfo, linesOf } from "./FiberInfo.ts"

/**
 * Every task waits and no timer is armed: nothing can wake any of them. Says who waits, as far as that is known: fibers
 * by the names of their groups and tasks, and by the spans and functions of `Effect.fn` they are in.
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
}> {
  override get message(): string {
    const who = counted(this.fibers, "fiber")
    return `deadlock at ${this.at} ms: no timer is armed, and all that is left waits (${who}). Look for what nobody completes, and for two that wait for each other.${linesOf(this.waiting, this.fibers)}`
  }
}
