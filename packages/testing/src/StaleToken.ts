import * as Data from "effect/Data"

/**
 * The token does not fit the program: it is no token, or the program, or the version of Effect, is not the one that gave
 * it. The program ran another schedule, whose result says nothing.
 *
 * @example A token of nothing
 * ```ts
 * import { replay } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * const stale = await Effect.runPromise(Effect.flip(replay(Effect.void, "s1-4-abc")))
 * console.log(stale._tag) // => StaleToken
 * ```
 *
 * @see explore for a new one
 * @category errors
 * @since 0.1.0
 */
export class StaleToken extends Data.TaggedError("StaleToken")<{
  readonly token: string
}> {
  override get message(): string {
    return `the token ${this.token} does not fit this program. It was made by another one, or an earlier state of it: explore again.`
  }
}
