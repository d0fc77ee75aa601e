import * as Data from "effect/Data"

/**
 * The program began work that no scheduler and no virtual clock drives, so its schedules cannot be explored: promises,
 * timers of the real clock, fibers on a scheduler of their own, files, sockets.
 *
 * @example A plain promise
 * ```ts
 * import { explore } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.promise(() => Promise.resolve(1))
 * const escaped = await Effect.runPromise(Effect.flip(explore(program)))
 * if (escaped._tag === "Escaped") console.log(escaped.work) // => [ 'promise' ]
 * ```
 *
 * @see VirtualClock.run, which waits for such work
 * @category errors
 * @since 0.1.0
 */
export class Escaped extends Data.TaggedError("Escaped")<{
  /** Its kinds: `promise`, `microtask`, and others as Node names them: `Timeout`, `Immediate`, `FSREQCALLBACK`. */
  readonly work: ReadonlyArray<string>
}> {
  override get message(): string {
    return `escapes control: the program begins what its schedule does not decide (${this.work.join(", ")}). Replace that by a fake that is an Effect, or run it with VirtualClock.`
  }
}
