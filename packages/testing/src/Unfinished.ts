import * as Data from "effect/Data"
import { counted, type FiberInfo, linesOf } from "./FiberInfo.ts"

/**
 * The program was not over when the real time it may take was: it waits for something outside virtual time, or its own
 * time goes on for ever. Says what the process waits for, where the platform tells, and who waits.
 *
 * @example A program that waits for a real timer
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const real = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 500)))
 * const late = await Effect.runPromise(Effect.flip(VirtualClock.run(real, { patience: "50 millis" })))
 * if (late._tag === "Unfinished") console.log(late.at, late.realWork) // => 0 [ 'Timeout' ]
 * ```
 *
 * @see Deadlock for a program that waits and that nothing can wake
 * @category errors
 * @since 0.1.0
 */
export class Unfinished extends Data.TaggedError("Unfinished")<{
  /** Milliseconds of virtual time since the start. */
  readonly at: number
  /** How many real milliseconds it was given. */
  readonly patience: number
  /** Kinds of work outside virtual time, as Node names them: `Timeout`, `TCPSocketWrap`, `FSREQCALLBACK`. */
  readonly realWork: ReadonlyArray<string>
  readonly fibers: number
  readonly waiting: ReadonlyArray<FiberInfo>
}> {
  override get message(): string {
    const why =
      this.realWork.length === 0
        ? "Let it end by itself, or give it a deadline."
        : `Virtual time waits for real work: ${this.realWork.join(", ")}. Replace that by a fake, or raise patience.`
    const who = counted(this.fibers, "fiber")
    return `unfinished at ${this.at} ms: not over after ${this.patience} ms of real time (${who}). ${why}${linesOf(this.waiting, this.fibers)}`
  }
}
