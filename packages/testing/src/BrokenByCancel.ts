import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import { type CancelPoint, textOf } from "./CancelPoint.ts"

const waysOf = ({ by, step, again }: CancelPoint): string =>
  `by ${by === "scope" ? "a cancel of the scope around it" : "an interrupt"} before step ${step}${again === undefined ? "" : `, and again before step ${again}`}`

/**
 * A run of `cancelEverywhere` left the program broken. Says before which step it was cancelled, what ran there, what is
 * broken, and how to run that one step again. Without a point it is broken though nobody cancelled it.
 *
 * @example A transfer that stops half-way
 * ```ts
 * import { cancelEverywhere } from "@ferrule/testing"
 * import { Effect } from "effect"
 *
 * let [a, b] = [100, 0]
 * const transfer = () => {
 *   ;[a, b] = [100, 0]
 *   const take = Effect.sync(() => void (a -= 30))
 *   return Effect.andThen(take, Effect.delay(Effect.sync(() => void (b += 30)), "1 second"))
 * }
 * const broken = await Effect.runPromise(Effect.flip(cancelEverywhere(transfer, () => a + b === 100)))
 * console.log(broken.point?.by, broken.message.split("\n").at(-1)?.includes("only:")) // => interrupt true
 * ```
 *
 * @see cancelEverywhere for what is run, and how
 * @category errors
 * @since 0.1.0
 */
export class BrokenByCancel extends Data.TaggedError("BrokenByCancel")<{
  /** Where it was cancelled; nothing for the run that nobody cancels. */
  readonly point: CancelPoint | undefined
  /** What ran there when nobody cancelled: first at the first cancel, then at the second. */
  readonly ran: ReadonlyArray<string>
  /** What is broken: what the program left, a cleanup that died, or the invariant. */
  readonly reason: Cause.Cause<unknown>
}> {
  override get message(): string {
    const { point } = this
    const what = Cause.prettyErrors(this.reason).map(({ message }) => message)
    if (point === undefined) return `broken without any cancel: ${what.join("; ")}`
    return [
      `broken when cancelled ${waysOf(point)}: ${what.join("; ")}`,
      ...this.ran.map((text, index) => `  at the ${index === 0 ? "cancel" : "second cancel"}: ${text}`),
      `  run it again alone: cancelEverywhere(…, { only: ${textOf(point)} })`
    ].join("\n")
  }
}
